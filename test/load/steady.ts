import { setTimeout as wait } from 'node:timers/promises'
import { inFolder } from '../../bench/parts/children.ts'
import { median } from '../../bench/parts/figures.ts'
import { databaseOf, startGoogle } from '../../bench/parts/service.ts'
import { type Flood, furnish, type Seen, spawnLoadedDiscord } from './discord.ts'
import type { Line } from './figures.ts'
import { complaintsOf, startBeside } from './service.ts'
import { countsIn, Rows, type Waiting } from './waiting.ts'
import { type Watched, watch } from './watch.ts'

/** How much is asked for, and for how long. */
export interface Order {
  readonly seconds: number
  readonly perSecond: number
  readonly inFlight: number
}

/** So much of what is asked for comes from so few; all others together ask for the rest. */
const greedy = { people: 4, share: 0.8 }
const modestPeople = 200
const channels = 500
const videoBytes = 8_000
/** Google takes this much longer than its places would bear: a queue grows, and who waits in it shows. */
const overload = 1.1

/** Limits of a line of the promise. */
const most = { answerMilliseconds: 3_000, grownMegabytes: 12, modestSeconds: 3, ratioWithin: 1.25 }

/**
 * So many /video a second for so long, with Google's places full all the while: who is answered when, what the service
 * holds, and who waits for whom.
 */
export async function steady({ seconds, perSecond, inFlight }: Order): Promise<Line[]> {
  const takes = (overload * inFlight) / perSecond
  const google = await startGoogle({ videoBytes, takes })
  const discord = await spawnLoadedDiscord()
  const { controls } = discord
  try {
    return await inFolder(async (folder) => {
      const place = await furnish(discord, { channels, users: greedy.people + modestPeople })
      const service = await startBeside(discord, folder, google, {
        GOOGLE_REQUESTS_PER_SECOND: String(5 * perSecond),
        MAX_CONCURRENT: String(inFlight),
      })
      const [few, many] = [place.users.slice(0, greedy.people), place.users.slice(greedy.people)]
      const flood = (share: number, users: readonly string[]): Flood => {
        return { perSecond: share * perSecond, seconds, channels: place.channels, users }
      }
      const complaints = complaintsOf(service)
      const watched = watch(service.pid)
      const began = Date.now()
      await controls.flood(flood(greedy.share, few))
      await controls.flood(flood(1 - greedy.share, many))
      const inFlights: number[] = []
      for (let second = 10; second <= seconds; second += 10) {
        await wait(began + second * 1000 - Date.now())
        const counts = countsIn(databaseOf(folder))
        if (second > takes) inFlights.push(counts.inFlight)
        const { asked, answers, videos, edits } = await controls.seen()
        console.log(JSON.stringify({ second, asked, answers, ...counts, videos, edits, megabytes: watched.now() }))
      }
      const memory = watched.end()
      const ended = Date.now()
      // The last of them may still be answered.
      await wait(4_000)
      const seen = await controls.seen()
      const { exhausted } = await controls.counts()
      await service.end('SIGKILL')
      const rows = new Rows(databaseOf(folder))
      const [fewIds, manyIds] = [few, many].map((users) => new Set(users.map((user) => `discord:${user}`)))
      const people = { few: fewIds ?? new Set(), many: manyIds ?? new Set() }
      console.log(JSON.stringify({ refused: seen.refused, exhausted, memory, complaints }))
      // Until the first are done all places are taken by what was asked for first, and everybody waits alike.
      const settled = Math.min(began + 2.5 * takes * 1000, (began + ended) / 2)
      return [
        answered(seen),
        full(inFlights, inFlight, perSecond * seconds),
        flat(memory),
        ...fair(rows, people, settled, ended),
        shed(seen, exhausted, (ended - began) / 1000),
      ]
    })
  } finally {
    await discord.close()
    await google.end('SIGKILL')
  }
}

function answered({ asked, answered, unanswered, answers }: Seen): Line {
  return {
    promise: 'every interaction is answered within 3 s',
    seen: `${asked} asked, ${answered} answered: median ${answers.p50} ms, p99 ${answers.p99} ms, the last ${answers.max} ms; ${unanswered} without an answer`,
    holds: answered === asked && unanswered === 0 && answers.max < most.answerMilliseconds,
  }
}

function full(inFlights: readonly number[], wanted: number, asked: number): Line {
  const usual = median(inFlights)
  return {
    promise: `${wanted.toLocaleString('en')} in flight`,
    seen: `${usual.toLocaleString('en')} (median), ${Math.max(...inFlights).toLocaleString('en')} at most, of ${asked.toLocaleString('en')} asked for`,
    holds: usual >= 0.95 * wanted && Math.max(...inFlights) <= wanted,
  }
}

function flat(memory: Watched): Line {
  const { grownMegabytes, secondMinuteMegabytes, lastMinuteMegabytes, peakMegabytes, cpu } = memory
  return {
    promise: `memory is flat: resident in the last minute at most ${most.grownMegabytes} MB above the second`,
    seen: `${grownMegabytes.toFixed(1)} MB (${secondMinuteMegabytes} to ${lastMinuteMegabytes} MB, ${peakMegabytes} MB at most; ${Math.round(cpu * 100)} % of a core)`,
    holds: grownMegabytes <= most.grownMegabytes,
  }
}

/** Whoever asks for less than their part waits no longer because others ask for more than theirs. */
function fair(
  rows: Rows,
  people: { few: ReadonlySet<string>; many: ReadonlySet<string> },
  from: number,
  to: number,
): Line[] {
  const half = (from + to) / 2
  const few = rows.waiting(people.few, from, to, to)
  const [early, late] = [rows.waiting(people.many, from, half, to), rows.waiting(people.many, half, to, to)]
  const each = [...people.few].map((user) => rows.begun(user))
  const ratio = Math.max(...each) / Math.max(1, Math.min(...each))
  return [
    {
      promise: `who asks for little does not wait for those who ask for much: started within ${most.modestSeconds} s (p95 of the second half), while the queue of the others grows`,
      seen: `${modestPeople} people with a fifth of all: ${told(early)} in the first half, ${told(late)} in the second; ${greedy.people} people with the rest: ${told(few)}`,
      holds: late.p95 <= most.modestSeconds && late.started >= 0.95 * late.asked && few.p50 > late.p95,
    },
    {
      promise: 'those who ask for much get the same as each other',
      seen: `between ${Math.min(...each)} and ${Math.max(...each)} started for each`,
      holds: ratio <= most.ratioWithin,
    },
  ]
}

function told({ p50, p95, most: longest }: Waiting): string {
  return `median ${p50.toFixed(1)} s, p95 ${p95.toFixed(1)} s, longest ${longest.toFixed(1)} s`
}

/** What Discord's limits leave no room for is left out, not sent and refused, nor kept to be sent later. */
function shed({ videos, edits, asked }: Seen, exhausted: number, seconds: number): Line {
  const perSecond = (count: number) => (count / seconds).toFixed(1)
  return {
    promise: 'no request into an exhausted bucket; changes that there is no room for are left out',
    seen: `${videos} videos and ${edits} changes of ${asked} status messages (${perSecond(videos)} and ${perSecond(edits)} a second of the 50 that Discord allows a bot); ${exhausted} into an exhausted bucket`,
    holds: exhausted === 0 && videos > 0,
  }
}
