import { asVideoError, type VideoError } from '../../core/errors.ts'
import type { Operation } from '../../core/operation.ts'
import type { Accepted, Submission } from '../../core/ports/commands.ts'
import { isSameWish } from '../../core/request.ts'
import { describeError, say } from '../../core/wording.ts'
import { type Instead, insteadOf, isOfParent, mayBeAnew, notYet } from '../instead.ts'
import { type Desk, refusal } from './desk.ts'
import { answerIdOf, eventIdOf, type Heard, wishOf } from './intake.ts'
import { nearestBlock } from './nearest.ts'
import type { SlackPerson } from './people.ts'
import { type Saying, saying } from './reply.ts'

/**
 * Takes a message to the bot: resolves when its Operation's row is written or its one answer is given, and only then may
 * it be acknowledged. Throws where Slack should send the event again.
 */
export async function hear(desk: Desk, heard: Heard, home: string | undefined): Promise<void> {
  const { team, user, channel } = heard
  if (await desk.replies.gave(answerIdOf(heard))) return
  const again = heard.retries > 0
  const person = await desk.people.person({ user, channel, home })
  const reply = (about: string, said: Saying) =>
    desk.replies.once(about, { team, channel, root: heard.root ?? heard.ts }, said, again)
  const answer = (said: Saying) => reply(answerIdOf(heard), said)
  const tellFirst = () => {
    const [title, text] = [say(person.locale, 'slack.edited.title'), say(person.locale, 'slack.edited.text')]
    return reply(`${eventIdOf(heard)}:first`, saying(title, text))
  }
  try {
    const wish = await wishOf(heard, person, desk)
    if (wish.kind === 'answered') return
    const { submission } = wish
    const { operation, created } =
      wish.kind === 'new' ? await desk.commands.submit(submission) : await change(desk, wish.operationId, submission)
    if (!created && heard.edited !== null && !(await isOf(desk, operation, submission))) await tellFirst()
  } catch (thrown) {
    if (thrown instanceof CannotEdit) return answer(thrown.said)
    const error = asVideoError(thrown)
    // Slack itself did not answer, or not yet: it will bring the event again, and then it may.
    const mayPass = error.code === 'unreachable' || error.code === 'busy'
    // A picture that Slack has not read by the second time is not waited for: the third comes after a minute.
    if (error.retryable && (mayPass || (error.code === 'bad_image' && heard.retries === 0))) throw error
    if (heard.edited !== null && (await isAccepted(desk, heard, person))) return tellFirst()
    await answer(await refusal(desk, person, error))
  }
}

/** Whether a version of that message has become an Operation: what an event has become stays so, whatever is asked now. */
async function isAccepted({ commands }: Desk, heard: Heard, person: SlackPerson): Promise<boolean> {
  const nothing = { eventId: eventIdOf(heard), person, thread: null, private: false, input: {} }
  return commands.submit(nothing).then(
    () => true,
    () => false,
  )
}

/** Whether that is what the message asks for as it stands now; nobody can change its pictures. */
async function isOf({ commands }: Desk, operation: Operation, { input, person }: Submission): Promise<boolean> {
  const { relation, parentId, request } = operation
  // As it was accepted: by now its own video, or another one, may be what stands last in the thread.
  const wanted =
    relation === 'edit' && parentId !== null
      ? commands.quoteRerun('edit', parentId, { person, input })
      : commands.quote(input, person)
  return wanted.then(
    (quote) => isSameWish(request, quote.request),
    () => false,
  )
}

/** A change that cannot be made, with what is said of that. */
class CannotEdit extends Error {
  readonly said: Saying

  constructor(said: Saying) {
    super('it cannot be changed')
    this.said = said
  }
}

async function change(desk: Desk, operationId: string, submission: Submission): Promise<Accepted> {
  const { eventId, person, thread, private: secret, input } = submission
  try {
    return await desk.commands.rerun('edit', operationId, { eventId, person, thread, private: secret, input })
  } catch (thrown) {
    const error = asVideoError(thrown)
    if (!isOfParent(error)) throw error
    const parent = await desk.commands.get(operationId, person)
    const wait = notYet(parent, desk.clock.now(), person.locale)
    const said = wait === null ? nearestTo(desk, parent, submission, error) : null
    throw new CannotEdit(said ?? refusedChange(wait ?? describeError(error, person.locale), person.locale))
  }
}

/** What can be had instead, with its buttons; null where nothing can. */
function nearestTo(desk: Desk, parent: Operation, submission: Submission, error: VideoError): Saying | null {
  const { person, private: secret, input } = submission
  const can = desk.commands.actionsFor(parent, person)
  // What somebody else's clip could become is its owner's to press.
  if (!mayBeAnew(error) || !input.prompt || !can.includes('edit_prompt')) return null
  const wanted = { operationId: parent.id, input, private: secret }
  const nearest = nearestBlock(wanted, can.includes('last_frame'), person.locale)
  // A cut button would lose the end of the words.
  if (nearest === null) return null
  const { title, text } = insteadOf(parent, person.locale)
  const said = saying(title, text)
  return { ...said, blocks: [...said.blocks, nearest] }
}

/** Why nothing can be had, and that something else is not asked for here: nobody may know that a thread is about its video. */
function refusedChange({ title, text }: Instead, locale: string): Saying {
  return saying(title, text, say(locale, 'slack.thread.text'))
}
