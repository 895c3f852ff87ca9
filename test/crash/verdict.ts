import type { Operation } from '../../src/core/operation.ts'
import { isFinal } from '../../src/core/operation.ts'
import { describeError } from '../../src/core/wording.ts'
import type { RehearsedOperation } from '../../src/rehearsal/operations.ts'
import { type Books, type City, hashOfFilm } from './city.ts'
import { judgeInterruption } from './interruption.ts'
import type { Wish } from './people.ts'
import { judgePresses, pressedIn } from './pressed.ts'
import type { Press } from './presses.ts'
import { threadOf } from './threads.ts'

/**
 * Compares what the stand-ins recorded with what was asked for and pressed; resolves with a sentence for everything that is
 * not as it was promised: each accepted request ended once in its thread, with its own video, made of its own pictures, or
 * with an explained failure; Google was asked at most once for it; each button did once what it says; nothing is left over.
 */
export async function judge(
  city: City,
  wishes: readonly Wish[],
  books: Books,
  files: readonly string[],
  presses: readonly Press[] = [],
): Promise<string[]> {
  const pressed = pressedIn(books, presses)
  const ofPresses = new Set(pressed.flatMap(({ parent, children }) => [parent, ...children]))
  const asked = books.operations.filter((each) => !ofPresses.has(each))
  return [
    ...(await judgeWishes(city, wishes, asked)),
    ...(await judgePresses(city, pressed)),
    ...judgeBooks(books),
    ...judgeFiles(books.operations, files),
  ]
}

async function judgeWishes(city: City, wishes: readonly Wish[], operations: readonly Operation[]): Promise<string[]> {
  const rows = Map.groupBy(operations, ({ request }) => request.prompt)
  const starts = Map.groupBy(await city.google.controls.starts(), ({ prompt }) => prompt)
  const wrong: string[] = []
  for (const wish of wishes) {
    const { prompt } = wish
    const found = await judgeWish(city, wish, rows.get(prompt) ?? [], starts.get(prompt) ?? [])
    wrong.push(...found.map((each) => `${prompt}: ${each}`))
    rows.delete(prompt)
  }
  return [...wrong, ...[...rows.keys()].map((prompt) => `a row that nobody asked for: ${prompt}`)]
}

/** No reservation is stuck, and the books agree with the rows. */
function judgeBooks({ operations, disagreements, reservedMicros }: Books): string[] {
  const stuck = operations.filter(({ charge }) => charge === 'reserved')
  const uncertain = operations.filter(({ charge }) => charge === 'uncertain')
  const perhaps = uncertain.reduce((sum, each) => sum + each.priceMicros, 0)
  return [
    ...stuck.map(({ request }) => `${request.prompt}: its reservation is stuck`),
    ...disagreements,
    ...(reservedMicros === perhaps ? [] : [`${reservedMicros} micro-USD are still reserved, not ${perhaps}`]),
  ]
}

/** Every file has a row, and every row its files. */
function judgeFiles(operations: readonly Operation[], files: readonly string[]): string[] {
  const owned = new Set(operations.filter(({ retiredAt }) => retiredAt === null).flatMap(filesOf))
  const there = new Set(files)
  return [
    ...files.filter((file) => !owned.has(file)).map((file) => `an orphan file: ${file}`),
    ...[...owned].filter((file) => !there.has(file)).map((file) => `a file that is gone: ${file}`),
  ]
}

/** The names of all files that a row owns. */
export function filesOf({ videoFile, posterFile, request }: Operation): string[] {
  return [videoFile, posterFile, ...framesOf(request).map(({ file }) => file)].filter((file) => file !== null)
}

function framesOf({ firstFrame, lastFrame, references }: Operation['request']) {
  return [firstFrame, lastFrame, ...references].flatMap((each) => (each?.kind === 'saved' ? [each] : []))
}

async function judgeWish(
  city: City,
  wish: Wish,
  [row, ...more]: readonly Operation[],
  [start, ...again]: readonly RehearsedOperation[],
): Promise<string[]> {
  const wrong: string[] = []
  if (again.length > 0) wrong.push(`Google was asked ${again.length + 1} times`)
  if (more.length > 0) wrong.push(`${more.length + 1} rows`)
  const thread = wish.channel === null ? null : await threadOf(city, wish.channel)
  const outcomes = thread === null ? 0 : thread.videos.length + thread.failures.length
  if (!row) {
    if (await wish.wasTaken()) wrong.push('it was taken, and there is no row')
    if (start) wrong.push('Google was asked without a row')
    if (outcomes > 0) wrong.push('there is an outcome without a row')
    return wrong
  }
  if (!isFinal(row.status)) return [...wrong, `it did not end: ${row.status}`]
  const own = hashOfFilm(start?.id ?? '')
  if (row.status === 'completed' && row.videoHash !== own) wrong.push('the row has not its own video')
  if (row.status === 'error' && row.errorCode !== 'interrupted') wrong.push(`it failed: ${row.errorCode}`)
  wrong.push(...judgeInterruption(row), ...judgePictures(wish, row, start), ...judgeTerminal(wish, row))
  if (thread === null) return wrong
  if (thread.statuses !== 1) wrong.push(`${thread.statuses} status messages`)
  if (outcomes !== 1) wrong.push(`${outcomes} outcomes in its thread`)
  if (row.status === 'completed' && thread.videos[0] !== own) wrong.push('not its own video in its thread')
  if (row.status === 'error' && !explains(thread.failures[0])) wrong.push(`unexplained: ${thread.failures[0]}`)
  return wrong
}

/** Its own pictures were taken in, each once, and Google was given one if there was one. */
function judgePictures({ pictures }: Wish, { request }: Operation, start: RehearsedOperation | undefined): string[] {
  const frames = framesOf(request)
  const sizes = frames.map(({ width, height }) => `${width}x${height}`).join(' and ')
  const wanted = pictures.join(' and ')
  const given = start === undefined || (start.film.picture !== null) === pictures.length > 0
  return [
    ...(sizes === wanted ? [] : [`the pictures are ${sizes || 'none'} in place of ${wanted || 'none'}`]),
    ...(given ? [] : ['Google was not given the pictures that came along']),
  ]
}

/** Whoever followed it saw where the video lies, or that it failed. */
function judgeTerminal(wish: Wish, { status, videoFile }: Operation): string[] {
  const followed = wish.followed()
  if (followed === null) return []
  const { code, line } = followed
  if (status === 'completed') return code === 0 && line.endsWith(videoFile ?? '?') ? [] : [`the terminal said ${line}`]
  return code === 1 ? [] : [`following it ended with ${code}`]
}

function explains(told = ''): boolean {
  return told.includes(describeError({ code: 'interrupted', facts: {} }, 'en').title)
}
