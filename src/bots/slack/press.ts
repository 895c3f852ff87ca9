import { type Action, actions } from '../../core/card.ts'
import { VideoError } from '../../core/errors.ts'
import type { Operation } from '../../core/operation.ts'
import { say } from '../../core/wording.ts'
import { anewWith } from '../instead.ts'
import { cardBlocks, fallback } from './blocks.ts'
import { checkInsider, type Desk, listingFor, type Respond, refusal, tell } from './desk.ts'
import { formView } from './form.ts'
import { videoLink } from './link.ts'
import { adminList, opened, sieveFrom } from './lists.ts'
import { nearestFrom } from './nearest.ts'
import type { SlackPerson } from './people.ts'
import { isDirect, messageAt, placeOf, threadOf, userOf } from './place.ts'
import { saying } from './reply.ts'
import { suggested } from './suggested.ts'
import { type ShownBy, show, windowOf } from './window.ts'
import { type Purpose, shownFirst } from './wish.ts'

/** A press of one of our buttons, as Slack tells it. */
export interface Press {
  readonly team: string
  readonly actionId: string
  readonly value: string
  /** Unique for this press; it also opens a window, for 3 seconds. */
  readonly triggerId: string
  /** Where it was pressed; null on the home page and in a window. */
  readonly channel: string | null
  /** The window it was pressed in; null where it was none. */
  readonly window: string | null
  /** The root of the thread that the pressed message stands in; null where only the person sees it. */
  readonly root: string | null
  /** The pressed message's name; null where only the person sees it. */
  readonly message: string | null
  readonly state: Readonly<Record<string, Record<string, unknown>>> | undefined
}

/** The actions that first ask what is to be different. */
const asking = { edit_prompt: true, last_frame: true, extend: true } as const

/**
 * Does what a button says. `acknowledge` is called when the outcome is stored, or before what may take longer than Slack
 * waits; then a refusal is said by `respond`. Everything it needs stands in the button and in the database, so that it works
 * on any message however old.
 */
export async function press(
  desk: Desk,
  person: SlackPerson,
  pressed: Press,
  acknowledge: () => Promise<void>,
  respond: Respond,
): Promise<void> {
  try {
    checkInsider(person)
    const [, kind = '', detail = ''] = pressed.actionId.split(':')
    // A list is only looked at, and its menus all come without a value.
    const changes = kind !== 'list'
    if (changes && desk.twice(`${person.id} ${pressed.actionId} ${pressed.value}`)) return await acknowledge()
    if (kind === 'list') await listPress(desk, person, pressed, detail, acknowledge, respond)
    else if (kind === 'nearest') await nearestPress(desk, person, pressed, detail, acknowledge)
    else if (kind === 'suggested') await suggestedPress(desk, person, pressed, acknowledge)
    else if (kind === 'new') await openForm(desk, person, showing(pressed), { thread: null }, acknowledge)
    else {
      const action = actions.find((each) => each === kind)
      if (!action) throw new VideoError('not_now', 'a button of another version')
      await cardPress(desk, person, pressed, action, acknowledge, respond)
    }
  } catch (thrown) {
    await acknowledge()
    await tell(desk, respond, await refusal(desk, person, thrown))
  }
}

async function cardPress(
  desk: Desk,
  person: SlackPerson,
  pressed: Press,
  action: Action,
  acknowledge: () => Promise<void>,
  respond: Respond,
): Promise<void> {
  const { commands } = desk
  const id = pressed.value
  const operation = await commands.get(id, person)
  if (operation.removedAt !== null) {
    await acknowledge()
    await showRemoved(desk, pressed, operation, respond)
    return
  }
  if (action === 'suggest') {
    // A text model takes longer than Slack waits.
    await acknowledge()
    await tell(desk, respond, suggested(await commands.suggest(id, person), person.locale))
    return
  }
  const thread = threadFor(pressed, operation, person)
  if (action in asking) {
    if (!commands.actionsFor(operation, person).includes(action)) throw new VideoError('forbidden', 'not theirs')
    const relation = action as keyof typeof asking
    await openForm(desk, person, showing(pressed), { thread, relation, parentId: id }, acknowledge, operation)
    return
  }
  const starts = action === 'again' || action === 'retry' || action === 'final'
  // What was opened on the home page does not follow its row.
  const follows = starts || pressed.message === operation.statusMessage || pressed.message === operation.adminMessage
  // Google is asked to stop for longer than Slack waits, and a slow bucket to take files away.
  if (action === 'delete' || (action === 'cancel' && operation.status === 'processing')) await acknowledge()
  if (starts) {
    await commands.rerun(action, id, { eventId: eventIdOf(pressed), person, thread })
  } else if (action === 'cancel') await commands.cancel(id, person)
  else if (action === 'delete') await commands.remove(id, person)
  else if (action === 'approve' || action === 'decline') await commands.decide(id, action, person)
  else if (action === 'deliver_again') await commands.deliverAgain(id, person)
  await acknowledge()
  if (action === 'download') await tell(desk, respond, await download(desk, person, operation))
  else if (pressed.root === null || !follows) {
    await tell(desk, respond, saying(say(person.locale, 'chat.done.title'), say(person.locale, 'chat.done.text')))
  }
}

/** A press under a message about what was removed: it is emptied, also where nothing else of ours reaches it any more. */
async function showRemoved(desk: Desk, { message }: Press, removed: Operation, respond: Respond): Promise<void> {
  const own = message !== null && (message === removed.statusMessage || message === removed.adminMessage)
  // Of a message that only this press could reach the card would say that it still stands.
  const card = await desk.commands.card(own ? { ...removed, deliveryProblem: null } : removed)
  const said = { text: fallback(card), blocks: cardBlocks(card, removed.locale) }
  const isEmptied = await tell(desk, respond, said, true)
  if (own && isEmptied) await desk.commands.emptied(removed, message)
}

async function download(desk: Desk, person: SlackPerson, operation: Operation) {
  const { url } = await desk.api.identity()
  const link = await videoLink(operation, { id: person.id, teamUrl: url }, desk.player)
  if (link === null) throw new VideoError('not_now', 'it hangs on no message, and there is no public address')
  const key = link.startsWith(url) ? 'chat.download.message' : 'chat.download.text'
  return saying(say(person.locale, 'chat.download.title'), say(person.locale, key, { link }))
}

/** The form with the suggested words, to be changed and sent by the person. */
async function suggestedPress(
  desk: Desk,
  person: SlackPerson,
  pressed: Press,
  acknowledge: () => Promise<void>,
): Promise<void> {
  const operation = await desk.commands.get(pressed.value, person)
  const request = { ...operation.request, prompt: operation.suggestion ?? operation.request.prompt }
  const thread = threadFor(pressed, operation, person)
  const purpose = { thread, relation: 'edit_prompt', parentId: operation.id } as const
  await openForm(desk, person, showing(pressed), purpose, acknowledge, { ...operation, request })
}

async function nearestPress(
  desk: Desk,
  person: SlackPerson,
  pressed: Press,
  relation: string,
  acknowledge: () => Promise<void>,
): Promise<void> {
  const wanted = nearestFrom(pressed.value)
  if (!wanted || (relation !== 'edit_prompt' && relation !== 'last_frame')) {
    throw new VideoError('not_now', 'a button of another version')
  }
  const operation = await desk.commands.get(wanted.operationId, person)
  // What is private never stands where others read it.
  const elsewhere = wanted.private && !isDirect(pressed.channel ?? '')
  const thread = elsewhere ? directThread(pressed, person) : threadFor(pressed, operation, person)
  const words = wanted.input.prompt ?? ''
  const prompt = relation === 'edit_prompt' ? anewWith(operation, words) : words
  await desk.commands.rerun(relation, operation.id, {
    eventId: eventIdOf(pressed),
    person,
    thread,
    private: wanted.private,
    input: { ...wanted.input, prompt },
  })
  await acknowledge()
}

async function listPress(
  desk: Desk,
  person: SlackPerson,
  pressed: Press,
  what: string,
  acknowledge: () => Promise<void>,
  respond: Respond,
): Promise<void> {
  await acknowledge()
  const listing = await listingFor(desk, person)
  if (what === 'open') {
    const said = await opened(listing, pressed.value)
    // Of a home page there is nowhere to say it but in a message, which would keep somebody’s prompt when they are forgotten.
    if (pressed.channel === null) await show(desk.api, showing(pressed), windowOf(said, person.locale))
    else await tell(desk, respond, said)
  } else {
    const cursor = what === 'next' ? pressed.value : null
    await tell(desk, respond, await adminList(listing, sieveFrom(pressed.state), cursor), true)
  }
}

/** What a window is shown by that this press opens. */
function showing({ window, triggerId }: Press): ShownBy {
  return window === null ? { trigger_id: triggerId } : { view_id: window }
}

/** Opens the form for a video; a trigger lives 3 seconds, so nothing slow stands before it. */
export async function openForm(
  desk: Desk,
  person: SlackPerson,
  by: ShownBy,
  purpose: Purpose,
  acknowledge: () => Promise<void>,
  parent?: Operation,
): Promise<void> {
  await acknowledge()
  const first = parent && purpose.relation ? shownFirst(purpose.relation, parent) : {}
  await show(desk.api, by, await formView(desk.commands, person, purpose, first))
}

function eventIdOf({ team, triggerId }: Press): string {
  return `slack:${team}:press:${triggerId}`
}

/** The direct channel with whoever pressed. */
function directThread({ team }: Press, person: SlackPerson): string {
  return threadOf({ team, channel: userOf(person.id), root: null })
}

/** The new video belongs where the button stands; pressed where only one person sees it, where the old one is. */
function threadFor(pressed: Press, operation: Operation, person: SlackPerson): string | null {
  if (pressed.channel !== null && pressed.root !== null) {
    return threadOf({ team: pressed.team, channel: pressed.channel, root: pressed.root })
  }
  // The old one stands where only its requester reads: what somebody else makes of it is for them alone.
  if (operation.private && operation.requester !== person.id) return directThread(pressed, person)
  if (operation.thread === null || operation.statusMessage === null) return operation.thread
  const place = placeOf(operation.thread)
  const shown = messageAt(operation.statusMessage)
  if (place.root !== null || shown.channel !== place.channel) return operation.thread
  return threadOf({ ...place, root: shown.ts })
}
