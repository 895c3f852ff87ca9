import type { Operation } from '../../src/core/operation.ts'
import { isFinal } from '../../src/core/operation.ts'
import { describeError } from '../../src/core/wording.ts'
import type { SeenMessage } from '../discord/stand-in/start.ts'
import { latest } from '../slack/stand-in/workspace.ts'
import { type Books, type City, hashOfFilm } from './city.ts'
import type { Wish } from './people.ts'

/** What stands in a thread at the end: status messages, videos by hash, failures by what they say. */
interface Thread {
  readonly statuses: number
  readonly videos: readonly string[]
  readonly failures: readonly string[]
}

/**
 * Compares what the stand-ins recorded with what was asked for; returns a sentence for everything that is not as it was
 * promised: each accepted request ended once in its thread, with its own video or an explained failure; Google was asked
 * at most once for it; and nothing is left over.
 */
export function judge(city: City, wishes: readonly Wish[], books: Books, files: readonly string[]): string[] {
  const rows = new Map<string, Operation[]>()
  for (const row of books.operations) rows.set(row.request.prompt, [...(rows.get(row.request.prompt) ?? []), row])
  const wrong = wishes.flatMap((wish) => {
    return judgeWish(city, wish, rows.get(wish.prompt) ?? []).map((each) => `${wish.prompt}: ${each}`)
  })
  const asked = new Set(wishes.map(({ prompt }) => prompt))
  for (const row of books.operations) {
    if (!asked.has(row.request.prompt)) wrong.push(`a row that nobody asked for: ${row.request.prompt}`)
    if (row.charge === 'reserved') wrong.push(`${row.request.prompt}: its reservation is stuck`)
  }
  const owned = new Set(books.operations.map(({ videoFile }) => videoFile))
  wrong.push(...files.filter((file) => !owned.has(file)).map((file) => `an orphan file: ${file}`))
  wrong.push(...books.disagreements)
  const uncertain = books.operations.filter(({ charge }) => charge === 'uncertain')
  const perhaps = uncertain.reduce((sum, each) => sum + each.priceMicros, 0)
  if (books.reservedMicros !== perhaps)
    wrong.push(`${books.reservedMicros} micro-USD are still reserved, not ${perhaps}`)
  return wrong
}

function judgeWish(city: City, wish: Wish, rows: readonly Operation[]): string[] {
  const starts = city.google.starts.filter(({ prompt }) => prompt === wish.prompt)
  const wrong: string[] = []
  if (starts.length > 1) wrong.push(`Google was asked ${starts.length} times`)
  if (rows.length > 1) wrong.push(`${rows.length} rows`)
  const [row] = rows
  const thread = threadOf(city, wish)
  if (!row) {
    if (wish.wasTaken()) wrong.push('it was taken, and there is no row')
    if (starts.length > 0) wrong.push('Google was asked without a row')
    if (thread.videos.length + thread.failures.length > 0) wrong.push('there is an outcome without a row')
    return wrong
  }
  if (!isFinal(row.status)) return [...wrong, `it did not end: ${row.status}`]
  const own = hashOfFilm(starts[0]?.id ?? '')
  if (row.status === 'completed' && row.videoHash !== own) wrong.push('the row has not its own video')
  if (row.status === 'error' && row.errorCode !== 'interrupted') wrong.push(`it failed: ${row.errorCode}`)
  if (wish.channel === null) return wrong
  if (thread.statuses !== 1) wrong.push(`${thread.statuses} status messages`)
  const outcomes = thread.videos.length + thread.failures.length
  if (outcomes !== 1) wrong.push(`${outcomes} outcomes in its thread`)
  if (row.status === 'completed' && thread.videos[0] !== own) wrong.push('not its own video in its thread')
  if (row.status === 'error' && !explains(thread.failures[0])) wrong.push(`unexplained: ${thread.failures[0]}`)
  return wrong
}

function explains(told = ''): boolean {
  return told.includes(describeError({ code: 'interrupted', facts: {} }, 'en').title)
}

function threadOf(city: City, { front, channel }: Wish): Thread {
  if (channel === null) return { statuses: 0, videos: [], failures: [] }
  return front.startsWith('discord') ? discordThread(city, channel) : slackThread(city, channel)
}

function discordThread({ discord }: City, channel: string): Thread {
  const ours = discord.controls.messages(channel).filter((each) => each.authorId === discord.applicationId)
  const outcomes = ours.filter((each) => each.now.content.startsWith('<@'))
  return {
    statuses: ours.length - outcomes.length,
    videos: outcomes.flatMap((each) => each.now.attachments.map(({ hash }) => hash)),
    failures: outcomes.filter((each) => each.now.attachments.length === 0).map(wordsOf),
  }
}

function wordsOf({ now }: SeenMessage): string {
  return now.embeds.map(({ title, description }) => `${title} ${description}`).join(' ')
}

function slackThread({ slack }: City, channel: string): Thread {
  const ours = slack.space.messages.filter((each) => each.channel === channel && each.byBot && !each.deleted)
  const purpose = (each: (typeof ours)[number]) => each.metadata?.event_type
  return {
    statuses: ours.filter((each) => purpose(each) === 'dailies_status').length,
    videos: ours.flatMap((each) => each.files.map(({ hash }) => hash)),
    failures: ours.filter((each) => purpose(each) === 'dailies_outcome').map((each) => latest(each).text),
  }
}
