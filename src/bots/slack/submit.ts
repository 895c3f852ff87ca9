import { asVideoError } from '../../core/errors.ts'
import type { VideoRequestInput } from '../../core/request.ts'
import { framesFrom } from '../frames.ts'
import { checkAsks } from '../small-talk.ts'
import { readWords } from '../words.ts'
import { askedBy } from './bucket.ts'
import type { Desk } from './desk.ts'
import { slackWord } from './errors.ts'
import { errorsIn, type Filled, filledIn } from './filled.ts'
import { formView } from './form.ts'
import type { SlackPerson } from './people.ts'
import { picturesOf } from './pictures.ts'
import { isDirect, isPerson, placeOf, threadOf } from './place.ts'
import { plainText } from './text.ts'
import type { Purpose } from './wish.ts'

/** An open form, as Slack hands it over. */
export interface OpenForm {
  readonly id: string
  readonly hash: string
  readonly private_metadata: string
  readonly blocks: readonly { readonly block_id?: string }[]
  readonly state: { readonly values: Readonly<Record<string, Readonly<Record<string, unknown>>>> }
}

/** Files whose address has to be asked for first are asked for within this. */
const readWithin = 2_000

/** `/video` with words after it. Throws what `submit` of core throws. */
export async function submitWords(
  desk: Desk,
  person: SlackPerson,
  command: { readonly team: string; readonly channel: string; readonly user: string; readonly text: string },
  triggerId: string,
): Promise<void> {
  const { team, channel, user } = command
  const { botUser } = await desk.api.identity()
  const text = plainText(command.text, botUser)
  checkAsks(text)
  const words = readWords(text, await desk.commands.offers(person))
  await desk.commands.submit({
    eventId: `slack:${team}:command:${triggerId}`,
    person,
    thread: threadOf({ team, channel: words.private ? user : channel, root: null }),
    private: words.private || isDirect(channel),
    input: words.input,
  })
}

/** Shows the form anew with what can now be had together, and its price. */
export async function refreshForm(desk: Desk, person: SlackPerson, form: OpenForm): Promise<void> {
  const { input } = filledIn(form.state.values)
  const view = await formView(desk.commands, person, purposeOf(form), input)
  try {
    await desk.api.client.views.update({ view_id: form.id, hash: form.hash, view })
  } catch (thrown) {
    // A later choice was faster, or the form is closed; what is sent off is checked in any case.
    desk.log.info({ platform: 'slack', why: slackWord(thrown) }, 'a form could not be shown anew')
  }
}

/**
 * Sends a form off; null when its row is written, otherwise the sentences for its fields. The same form twice is the same
 * Operation.
 */
export async function submitForm(
  desk: Desk,
  person: SlackPerson,
  team: string,
  user: string,
  form: OpenForm,
): Promise<Record<string, string> | null> {
  try {
    const purpose = purposeOf(form)
    const filled = filledIn(form.state.values)
    const eventId = `slack:${team}:form:${form.id}`
    const chosen = filled.private || filled.channel === null ? user : filled.channel
    const own = threadOf({ team, channel: chosen, root: null })
    const thread = filled.private ? own : (purpose.thread ?? own)
    if (purpose.relation !== undefined && purpose.parentId !== undefined) {
      await desk.commands.rerun(purpose.relation, purpose.parentId, {
        eventId,
        person,
        thread,
        private: filled.private,
        input: filled.input,
      })
      return null
    }
    const secret = filled.private || chosen === user
    const input = { ...filled.input, ...(await pictures(desk, person.id, purpose, filled)) }
    await desk.commands.submit({
      eventId,
      person,
      thread,
      private: (purpose.thread === null ? secret : filled.private) || isDirect(placeOf(thread).channel),
      input,
    })
    return null
  } catch (thrown) {
    const error = asVideoError(thrown)
    if (error.code === 'internal') desk.log.error({ platform: 'slack', error: error.message }, 'a form failed')
    return errorsIn(error, form.blocks, person.locale)
  }
}

async function pictures(desk: Desk, person: string, purpose: Purpose, filled: Filled): Promise<VideoRequestInput> {
  const whose = askedBy(person, readWithin)
  const [first, last, references] = await Promise.all(
    [filled.first, filled.last, filled.references].map((files) => picturesOf(desk, files, whose)),
  )
  return {
    firstFrame: purpose.image ?? first?.[0] ?? null,
    lastFrame: last?.[0] ?? null,
    ...(references?.length ? framesFrom(references, true) : {}),
  }
}

function purposeOf(form: OpenForm): Purpose {
  return JSON.parse(form.private_metadata || '{"thread":null}') as Purpose
}

/** The channel that a form's video is for, as settings know it; null where it is for the person alone. */
export function channelOf(form: OpenForm): string | null {
  const { thread } = purposeOf(form)
  const channel = filledIn(form.state.values).channel ?? (thread === null ? null : placeOf(thread).channel)
  return channel === null || isPerson(channel) ? null : channel
}
