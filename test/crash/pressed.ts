import { isFinal, type Operation } from '../../src/core/operation.ts'
import type { RehearsedOperation } from '../../src/rehearsal/operations.ts'
import { type Books, type City, hashOfFilm } from './city.ts'
import { judgeInterruption } from './interruption.ts'
import type { Press } from './presses.ts'
import { type Thread, threadOf } from './threads.ts'

/** What a button was pressed on, and the rows that came of it. */
export interface Pressed {
  readonly press: Press
  readonly parent: Operation
  /** Oldest first. */
  readonly children: readonly Operation[]
}

/** The rows that belong to each press. */
export function pressedIn({ operations }: Books, presses: readonly Press[]): readonly Pressed[] {
  return presses.flatMap((press) => {
    const parent = operations.find((each) => each.id === press.row)
    const children = operations.filter((each) => each.parentId === press.row).sort((a, b) => a.createdAt - b.createdAt)
    return parent ? [{ press, parent, children }] : []
  })
}

/** A sentence for everything about these buttons that is not as promised: each had its effect, once, and was answered. */
export async function judgePresses(city: City, all: readonly Pressed[]): Promise<string[]> {
  const starts = await city.google.controls.starts()
  const wrong: string[] = []
  for (const pressed of all) {
    const { button, parent, channel, words } = pressed.press
    const prompts = [parent.prompt, words]
    const own = starts.filter(({ prompt }) => prompts.includes(prompt))
    const thread = await threadOf(city, channel)
    const found = [
      ...(pressed.press.answered ? [] : [`never answered, pressed ${pressed.press.times} times`]),
      ...judgeStarts([pressed.parent, ...pressed.children], own),
      ...[pressed.parent, ...pressed.children].flatMap(judgeInterruption),
      ...judgeEffect(pressed, own.length, thread),
      ...(await judgeTwice(city, pressed.children)),
    ]
    wrong.push(...found.map((each) => `“${button.deed}” on ${parent.prompt}: ${each}`))
  }
  return wrong
}

/** Google was asked at most once for each row, and each has its own video. */
function judgeStarts(rows: readonly Operation[], starts: readonly RehearsedOperation[]): string[] {
  const unknown = starts.filter(({ name }) => !rows.some(({ handle }) => handle === name))
  const interrupted = rows.filter(({ errorCode }) => errorCode === 'interrupted')
  const wrong = unknown.length > interrupted.length ? [`Google was asked ${starts.length} times`] : []
  for (const row of rows) {
    const own = starts.find(({ name }) => name === row.handle)
    if (!isFinal(row.status)) wrong.push(`it did not end: ${row.status}`)
    else if (row.status === 'completed' && row.videoHash !== hashOfFilm(own?.id ?? '')) wrong.push('not its own video')
  }
  return wrong
}

function judgeEffect({ press, parent, children }: Pressed, starts: number, thread: Thread): string[] {
  const { deed } = press.button
  const outcomes = thread.videos.length + thread.failures.length
  const told = `${thread.statuses} status messages and ${outcomes} outcomes`
  const wrong: string[] = []
  if (deed === 'again' || deed === 'edit_prompt') {
    const words = deed === 'again' ? press.parent.prompt : press.words
    if (children.length === 0) wrong.push('nothing came of it')
    if (children.length > press.times) wrong.push(`${children.length} videos of ${press.times} presses`)
    if (children.some(({ relation, request }) => relation !== deed || request.prompt !== words))
      wrong.push('another video than was asked for')
    const rows = children.length + 1
    return thread.statuses === rows && outcomes === rows ? wrong : [...wrong, `${rows} rows, but ${told}`]
  }
  if (children.length > 0) wrong.push(`${children.length} new rows`)
  if (deed === 'delete') {
    const gone = parent.removedAt !== null && parent.request.prompt === '' && thread.videos.length === 0
    return gone ? wrong : [...wrong, 'something of it is left']
  }
  if (deed === 'approve') {
    const approved = parent.decidedBy !== null && (parent.status === 'completed' || parent.errorCode === 'interrupted')
    if (!approved) wrong.push(`it is ${parent.errorCode ?? parent.status}`)
    return outcomes === 1 && thread.statuses === 1 ? wrong : [...wrong, told]
  }
  if (parent.errorCode !== (deed === 'cancel' ? 'cancelled' : 'declined')) wrong.push(`it is ${parent.errorCode}`)
  if (parent.charge !== 'released' || starts > 0) wrong.push(`it was ${parent.charge} with ${starts} starts`)
  return wrong
}

/** A press before anything was seen of the one before it is the same: no row is older than the message about an earlier one. */
async function judgeTwice(city: City, children: readonly Operation[]): Promise<string[]> {
  const wrong: string[] = []
  for (const [index, child] of children.slice(1).entries()) {
    const shown = await shownAt(city, children[index]?.statusMessage ?? '')
    if (shown > child.createdAt) wrong.push('a second video before anything was seen of the first')
  }
  return wrong
}

/** When a message was posted, by the name that its row has of it; milliseconds since 1970. */
async function shownAt({ discord }: City, name: string): Promise<number> {
  const [, ts] = name.split(':')
  if (ts !== undefined) return Number(ts) * 1000
  return (await discord.controls.message(name.split('/')[1] ?? ''))?.createdAt ?? Number.POSITIVE_INFINITY
}
