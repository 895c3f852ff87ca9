import { readdir, readFile } from 'node:fs/promises'
import { setTimeout as wait } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { City } from '../crash/city.ts'
import { fronts, People } from '../crash/people.ts'
import { settled } from '../crash/rounds.ts'
import { judge } from '../crash/verdict.ts'
import { isFlat } from './figures.ts'

// `npm run soak`: one hour (`-- --minutes N` for another time) of steady work on all front ends with a fault every few
// seconds; then memory and handles of the service must be flat, and every request must have ended as promised.
const { values } = parseArgs({ options: { minutes: { type: 'string', default: '60' } } })
const minutes = Number(values.minutes)

const city = await City.open()
const people = new People(city)
const life = await city.start()
await people.reachable(life)
const memory: number[] = []
const handles: number[] = []
const until = Date.now() + minutes * 60_000

for (let turn = 0; Date.now() < until; turn += 1) {
  people.ask(life, fronts[turn % fronts.length] ?? 'web')
  if (turn % 5 === 0) misbehave(turn / 5)
  if (turn % 10 === 0) {
    const now = await measure(life.pid)
    memory.push(now.megabytes)
    handles.push(now.handles)
    if (turn % 60 === 0) console.log({ minutes: Math.round(turn / 60), requests: people.wishes.length, ...now })
  }
  await wait(1000)
}

city.discord.controls.clearFaults()
city.slack.faults.clear()
city.google.clearFaults()
await settled(city)
life.kill('SIGTERM')
await life.ended
const wrong = judge(city, people.wishes, await city.books(), await city.files())
const report = {
  requests: people.wishes.length,
  wrong: wrong.length,
  memoryFlat: isFlat(memory, 40),
  handlesFlat: isFlat(handles, 20),
}
console.log(report, ...wrong)
await city.close()
process.exit(wrong.length === 0 && report.memoryFlat && report.handlesFlat ? 0 : 1)

/** One fault after another, at all three. */
function misbehave(turn: number): void {
  const checks = ['server_error', 'reset_before', 'html', 'slow'] as const
  const posts = ['reset', 'reset_after', 'server_error', 'lost_answer'] as const
  const messages = ['status', 'reset before', 'reset after', 'rate limit'] as const
  const at = turn % 4
  if (turn % 3 === 0) city.google.fault({ route: turn % 2 ? 'check' : 'download', kind: checks[at] ?? 'html' })
  else if (turn % 3 === 1) city.slack.faults.add({ on: 'chat.postMessage', kind: posts[at] ?? 'reset', times: 1 })
  else
    city.discord.controls.fault({
      match: '^(POST|PATCH) /channels',
      kind: messages[at] ?? 'status',
      times: 1,
      retryAfter: 1,
    })
}

/** What the service's process holds, as the system counts it. */
async function measure(pid: number): Promise<{ megabytes: number; handles: number }> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  const kilobytes = Number(/VmRSS:\s+(\d+)/.exec(status)?.[1])
  return { megabytes: Math.round(kilobytes / 1024), handles: (await readdir(`/proc/${pid}/fd`)).length }
}
