import { setTimeout as wait } from 'node:timers/promises'
import type { FaultKind, FaultRoute } from '../../src/rehearsal/faults.ts'
import type { City } from '../crash/city.ts'
import type { Fault as DiscordFault } from '../discord/stand-in/faults.ts'
import type { FaultKind as SlackFault } from '../slack/stand-in/faults.ts'

/** Something that goes wrong for a moment; resolves when its cause has gone. */
interface Mischief {
  readonly name: string
  act(city: City): Promise<void> | void
}

const outageMilliseconds = 3_000

const google = ([route, kind]: readonly [FaultRoute, FaultKind]): Mischief => ({
  name: `Google ${route}: ${kind}`,
  act: (city) => city.google.controls.fault({ route, kind }),
})

const discord = ([match, kind]: readonly [string, DiscordFault['kind']]): Mischief => ({
  name: `Discord ${match}: ${kind}`,
  act: (city) => city.discord.controls.fault({ match, kind, times: 1 }),
})

const slack = ([on, kind]: readonly [string, SlackFault]): Mischief => ({
  name: `Slack ${on}: ${kind}`,
  act: (city) => city.slack.controls.fault({ on, kind, times: 1 }),
})

const gateway = (what: 'cut' | 'reconnect' | 'invalid' | 'invalid resumable'): Mischief => ({
  name: `Discord’s gateway: ${what}`,
  act: (city) => city.discord.controls.gateway(what),
})

const outages: readonly Mischief[] = [
  {
    name: 'Google is away',
    async act({ google }) {
      for (const route of ['start', 'check', 'download'] as const) {
        await google.controls.fault({ route, kind: 'unavailable', times: 'forever' })
      }
      await wait(outageMilliseconds)
      await google.controls.clearFaults()
    },
  },
  {
    name: 'Discord is away',
    async act({ discord: { controls } }) {
      await controls.outage('refuse')
      await wait(outageMilliseconds)
      await controls.outage('none')
    },
  },
  {
    name: 'Slack is away',
    async act({ slack }) {
      await slack.controls.beginOutage()
      await wait(outageMilliseconds)
      await slack.controls.endOutage()
    },
  },
]

const posts = '^POST /channels'
const edits = '^PATCH /channels'
const answers = '^POST /interactions'

/** Everything that goes wrong in an hour of the soak, one after another and then from the beginning. */
export const mischiefs: readonly Mischief[] = [
  google(['check', 'server_error']),
  discord([posts, 'status']),
  slack(['chat.postMessage', 'reset_after']),
  google(['download', 'truncated']),
  gateway('cut'),
  slack(['chat.update', 'server_error']),
  google(['start', 'unavailable']),
  discord([edits, 'reset before']),
  { name: 'Slack cuts its sockets', act: ({ slack }) => slack.controls.cut() },
  google(['download', 'reset_after']),
  discord([answers, 'reset after']),
  slack(['upload', 'reset']),
  google(['check', 'html']),
  gateway('reconnect'),
  slack(['files.completeUploadExternal', 'reset_after']),
  google(['start', 'reset_after']),
  discord([posts, 'reset after']),
  { name: 'Slack asks to connect anew', act: ({ slack }) => slack.controls.refresh() },
  google(['download', 'wrong_length']),
  discord([posts, 'rate limit']),
  slack(['chat.postMessage', 'rate_limited']),
  google(['check', 'slow']),
  gateway('invalid resumable'),
  slack(['files.getUploadURLExternal', 'reset']),
  google(['start', 'quota']),
  discord([answers, 'status']),
  slack(['chat.postMessage', 'lost_answer']),
  google(['download', 'html']),
  discord([posts, 'hang']),
  gateway('invalid'),
  google(['check', 'hang']),
  ...outages,
]
