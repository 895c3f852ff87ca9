import { once } from 'node:events'
import { readdir } from 'node:fs/promises'
import { setTimeout as wait } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { request } from 'undici'
import { usualEnvironment, usualOptions } from '../../bench/parts/service.ts'
import { City, chats, type Life } from '../crash/city.ts'
import { fronts, People } from '../crash/people.ts'
import { settled } from '../crash/rounds.ts'
import { judge } from '../crash/verdict.ts'
import { growth, type Line, megabytes, tableOf } from './figures.ts'
import { mischiefs } from './mischief.ts'
import { keep } from './page.ts'
import type { Held } from './probe.ts'

// `npm run soak`: one hour (`-- --minutes N` for another time) of steady work on all front ends, a request a second, with
// a fault every four; then the service's memory, handles and open files must be flat, and every request must have ended as
// it was promised. What a whole hour saw goes to docs/reliability.md.
const { values } = parseArgs({ options: { minutes: { type: 'string', default: '60' } } })
const minutes = Number(values.minutes)
const betweenFaults = 4
const betweenSamples = 10
/** So far may something lie above where it was and still be called flat. */
const spare = { heapMegabytes: 4, residentMegabytes: 16, handles: 8, files: 8 }

interface Sample extends Held {
  readonly files: number
}

const city = await City.open(chats, usualEnvironment(), [
  ...usualOptions(),
  '--expose-gc',
  '--import',
  import.meta.resolve('./probe.ts'),
])
const people = await People.of(city)
const life = await city.start()
let alive = true
void life.ended.then(() => {
  alive = false
})
await people.reachable(life)
const samples: Sample[] = []
const struck = new Map<string, number>()
let misbehaving: Promise<void> = Promise.resolve()
const seconds = minutes * 60

for (let second = 0; second < seconds && alive; second += 1) {
  void people.ask(life, fronts[second % fronts.length] ?? 'web')
  if (second % betweenFaults === 1) misbehaving = misbehaving.then(() => misbehave(Math.floor(second / betweenFaults)))
  if (second % 7 === 0) void watch(life)
  if (second % betweenSamples === 9) {
    samples.push(await measure(life))
    if (second % 60 === 59) tell((second + 1) / 60)
  }
  await wait(1000)
}

await misbehaving
await city.discord.controls.clearFaults()
await city.slack.controls.clearFaults()
await city.google.controls.clearFaults()
await Promise.all(people.wishes.map((wish) => wish.again(life)))
await settled(city)
const survived = alive
life.kill('SIGTERM')
const ending = await life.ended
const books = await city.books()
const wrong = await judge(city, people.wishes, books, await city.files())
await city.close()
await report()

/** One fault after another, at all three. */
async function misbehave(turn: number): Promise<void> {
  const mischief = mischiefs[turn % mischiefs.length]
  if (!mischief) return
  struck.set(mischief.name, (struck.get(mischief.name) ?? 0) + 1)
  await mischief.act(city)
}

/** Somebody has the page open for a moment and goes without a word. */
async function watch({ url }: Life): Promise<void> {
  const away = AbortSignal.timeout(3000)
  try {
    const { body } = await request(`${url}/api/video_chat/events`, { signal: away })
    await body.dump({ limit: Number.POSITIVE_INFINITY, signal: away })
  } catch {
    // That is how they go.
  }
}

async function measure({ process: child, pid }: Life): Promise<Sample> {
  const answer = once(child, 'message')
  child.send('hold still')
  const [held] = (await answer) as [Held]
  return { ...held, files: (await readdir(`/proc/${pid}/fd`)).length }
}

function tell(minute: number): void {
  const now = samples.at(-1)
  if (!now) return
  const { heap, resident, handles, files } = now
  const sizes = { heapMegabytes: megabytes(heap), residentMegabytes: megabytes(resident) }
  console.log(JSON.stringify({ minute, requests: people.wishes.length, ...sizes, handles, files }))
}

async function report(): Promise<void> {
  const flat = (what: string, most: number, of: (each: Sample) => number): Line => {
    const series = samples.map(of)
    const grown = Math.round(growth(series) * 10) / 10
    const seen = `${grown > 0 ? '+' : ''}${grown} (from ${Math.min(...series)} to ${Math.max(...series)})`
    return { promise: `${what}: the last quarter at most ${most} above the second`, seen, holds: grown <= most }
  }
  const asked = people.wishes.length
  const taken = people.wishes.filter((wish) => wish.wasTaken()).length
  const completed = books.operations.filter((each) => each.status === 'completed').length
  const interrupted = books.operations.filter((each) => each.errorCode === 'interrupted').length
  const faults = [...struck.values()].reduce((sum, each) => sum + each, 0)
  const lines: Line[] = [
    {
      promise: 'every request ends once, as it was promised',
      seen: `${asked} asked, ${taken} taken by a platform; ${completed} videos, ${interrupted} interrupted and explained, ${wrong.length} wrong`,
      holds: wrong.length === 0 && completed > 0.9 * asked,
    },
    {
      promise: 'a fault every few seconds, none ends the process',
      seen: `${faults} faults of ${struck.size} kinds; ended with ${ending} when it was told to`,
      holds: survived && ending === 0 && faults >= seconds / betweenFaults / 2,
    },
    flat('heap after a collection, MB', spare.heapMegabytes, (each) => megabytes(each.heap)),
    flat('resident memory, MB', spare.residentMegabytes, (each) => megabytes(each.resident)),
    flat('handles', spare.handles, (each) => each.handles),
    flat('open files', spare.files, (each) => each.files),
  ]
  for (const each of wrong) console.log(`WRONG: ${each}`)
  console.log(`\n${minutes} minutes\n\n${tableOf(lines)}`)
  if (minutes >= 60) await keep('soak', `${minutes} minutes`, lines)
  process.exit(lines.every((line) => line.holds) ? 0 : 1)
}
