import { type APIMessageComponentInteraction, InteractionResponseType } from 'discord.js'
import type { Action } from '../../core/card.ts'
import { VideoError } from '../../core/errors.ts'
import type { Operation } from '../../core/operation.ts'
import type { Person, Rerun } from '../../core/ports/commands.ts'
import { say } from '../../core/wording.ts'
import { anewWith } from '../instead.ts'
import { readWords } from '../words.ts'
import type { MessageBody } from './api.ts'
import { isAction, parseCustomId } from './custom-id.ts'
import { filesOf, fitVideo } from './delivery.ts'
import { type Asked, answerLater, type Desk, eventIdOf, reply, showAccepted, threadFor, update } from './desk.ts'
import { showDetail, turnPage } from './lists.ts'
import { named } from './outgoing.ts'
import { linkFor, parseRef, tokenMilliseconds } from './place.ts'
import { askToDelete, remove, showRemoved } from './removal.ts'
import { notice, plain, refusalBody, statusBody } from './render.ts'
import { quotedIn, suggest } from './suggest.ts'
import { openForm } from './video.ts'

type Click = Asked<APIMessageComponentInteraction>

/** A button was pressed or something chosen. All it needs is in its custom id, the row and the message: it never ages. */
export async function onClick(desk: Desk, asked: Click): Promise<void> {
  const { data } = asked.interaction
  const id = parseCustomId(data.custom_id)
  if (!id) throw new VideoError('not_found', 'no such button')
  const { verb, operationId, rest } = id
  if (verb === 'page') return turnPage(desk, asked, rest)
  if (verb === 'open') return showDetail(desk, asked, ('values' in data ? data.values[0] : undefined) ?? '')
  if (verb === 'delete_yes') return remove(desk, asked, operationId)
  // Before it is asked who presses: a day after its person was forgotten nobody may see it, and its messages may stand.
  const removed = isAction(verb) ? await desk.commands.removed(operationId) : null
  if (removed !== null) return showRemoved(desk, asked, removed)
  const operation = await desk.commands.get(operationId, asked.person)
  if (verb === 'edit_suggested') {
    checkOffered(desk, asked, 'edit_prompt', operation)
    return openForm(desk, asked, 'edit_prompt', operation, operation.suggestion ?? operation.request.prompt)
  }
  if (verb === 'edit_with') return rerun(desk, asked, 'edit_prompt', operation, quotedIn(asked.interaction))
  if (verb === 'last_frame_with') return rerun(desk, asked, 'last_frame', operation, quotedIn(asked.interaction))
  if (isAction(verb)) return act(desk, asked, verb, operation)
  throw new VideoError('not_found', `nothing to do for ${verb}`)
}

async function act(desk: Desk, asked: Click, action: Action, operation: Operation): Promise<void> {
  const { id } = operation
  switch (action) {
    case 'again':
    case 'retry':
    case 'final':
      return rerun(desk, asked, action, operation)
    case 'edit_prompt':
    case 'last_frame':
    case 'extend':
      checkOffered(desk, asked, action, operation)
      return openForm(desk, asked, action, operation, action === 'edit_prompt' ? operation.request.prompt : '')
    case 'suggest':
      return suggest(desk, asked, id)
    case 'cancel':
      return cancel(desk, asked, operation)
    case 'download':
      checkOffered(desk, asked, action, operation)
      return download(desk, asked, operation)
    case 'delete':
      checkOffered(desk, asked, action, operation)
      return askToDelete(desk, asked, id)
    case 'approve':
    case 'decline':
      await desk.commands.decide(id, action, asked.person)
      return done(desk, asked)
    case 'deliver_again':
      await desk.commands.deliverAgain(id, asked.person)
      return done(desk, asked)
  }
}

function checkOffered(desk: Desk, asked: Click, action: Action, operation: Operation): void {
  if (desk.commands.actionsFor(operation, asked.person).includes(action)) return
  const mine = operation.requester === asked.person.id || asked.person.admin
  throw new VideoError(mine ? 'not_now' : 'forbidden', `${action} is not offered`)
}

async function rerun(desk: Desk, asked: Click, relation: Rerun, parent: Operation, prompt?: string): Promise<void> {
  const { interaction, person } = asked
  const said = prompt === undefined ? null : readWords(prompt, await desk.commands.offers(person))
  const words = said?.input.prompt ?? ''
  const input =
    said === null ? {} : { ...said.input, prompt: relation === 'edit_prompt' ? anewWith(parent, words) : words }
  const alone = parent.private || said?.private === true
  const accepted = await desk.commands.rerun(relation, parent.id, {
    eventId: eventIdOf(interaction),
    person,
    thread: threadFor(interaction, alone),
    private: alone,
    postsItself: true,
    input,
  })
  await showAccepted(desk, asked, accepted, alone)
}

/**
 * Google may take longer to stop than Discord waits: answered first. Where the message is the Operation's own, it shows what
 * became of that: announce may not reach it any more, the press does. What ended otherwise meanwhile announce tells there,
 * and has perhaps told already, but where nothing else reaches it.
 */
async function cancel(desk: Desk, asked: Click, { id, status, statusMessage }: Operation): Promise<void> {
  const { interaction, person } = asked
  const own = statusMessage === null ? null : parseRef(statusMessage)
  // What was opened from a list does not follow its row.
  const follows = own?.message === interaction.message.id
  const shows = ({ errorCode }: Operation) => follows && (errorCode === 'cancelled' || own.channel === null)
  if (status === 'pending') {
    const ended = await desk.commands.cancel(id, person)
    await (shows(ended) ? update(desk, interaction, await shown(desk, ended)) : done(desk, asked))
    return
  }
  await desk.api.answer(interaction, { type: InteractionResponseType.DeferredMessageUpdate })
  try {
    const ended = await desk.commands.cancel(id, person)
    const { token } = interaction
    if (shows(ended)) await desk.api.patchAnswer(token, '@original', { body: await shown(desk, ended) })
    else if (!follows) await desk.api.followUp(token, { body: doneBody(person.locale) })
  } catch (thrown) {
    await desk.api.followUp(interaction.token, { body: refusalBody(thrown, person.locale) })
  }
}

/** The file itself where it hangs on the message, else the player page, else the message that has it, else the file anew. */
async function download(desk: Desk, asked: Click, operation: Operation): Promise<void> {
  const { interaction } = asked
  const link = interaction.message.attachments[0]?.url ?? (await desk.large.link(operation))
  if (link === null) return lookForIt(desk, asked, operation)
  await reply(desk, interaction, downloadBody(asked, 'chat.download.text', link))
}

function downloadBody(
  { person: { locale } }: Click,
  key: 'chat.download.text' | 'chat.download.message',
  link: string,
) {
  return notice(say(locale, 'chat.download.title'), say(locale, key, { link }))
}

/** To the person alone: where the video hangs, or itself, or why neither. */
async function lookForIt(desk: Desk, asked: Click, operation: Operation): Promise<void> {
  const send = await answerLater(desk, asked.interaction)
  const link = await whereItHangs(desk, operation, asked.person)
  if (link !== null) await send({ body: downloadBody(asked, 'chat.download.message', link) })
  else await handOver(desk, asked, operation, send)
}

/** The way for a person to the message that has the video; null where there is none, or it came without, or was emptied since. */
async function whereItHangs(desk: Desk, operation: Operation, person: Person): Promise<string | null> {
  const link = linkFor(person, operation, operation.deliveredMessage)
  if (link === null) return null
  const { channel, message } = parseRef(operation.deliveredMessage ?? '')
  const seen = await desk.api.read(channel ?? '', message).catch(() => null)
  return seen !== null && seen.attachments.length > 0 ? link : null
}

async function handOver(
  desk: Desk,
  { interaction, person }: Click,
  operation: Operation,
  send: Awaited<ReturnType<typeof answerLater>>,
): Promise<void> {
  const signal = AbortSignal.timeout(tokenMilliseconds)
  try {
    const video = await desk.commands.openFile(operation.videoFile ?? '')
    const fitted = await fitVideo(operation, video, interaction.attachment_size_limit, desk.large, desk.log, signal)
    const body = { content: fitted.lines.join('\n'), attachments: named(fitted) }
    try {
      await send({ body, files: filesOf(fitted), signal })
    } finally {
      if (fitted.copy !== null) await desk.large.discard(fitted.copy)
    }
  } catch (thrown) {
    desk.log.info({ operation: operation.id, error: String(thrown) }, 'a video could not be handed over')
    await send({ body: refusalBody(thrown, person.locale) })
  }
}

async function shown(desk: Desk, operation: Operation): Promise<MessageBody> {
  return statusBody(await desk.commands.card(operation, operation.locale), operation.locale)
}

async function done(desk: Desk, { interaction, person: { locale } }: Click): Promise<void> {
  await reply(desk, interaction, doneBody(locale))
}

function doneBody(locale: string) {
  return notice(say(locale, 'chat.done.title'), plain(say(locale, 'chat.done.text')), 'done')
}
