import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { IncomingMessage } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Controls, type StandInOptions, startDiscord } from '../../test/discord/stand-in/start.ts'
import { spawnStandIn } from '../../test/stand-in/remote.ts'
import { givenOptions, serveControls } from '../../test/stand-in/serve.ts'

/** A Discord in its own process, with what the bench asks of it. */
export interface Discord {
  readonly url: string
  readonly token: string
  call<T>(control: string, ...args: unknown[]): Promise<T>
  end(): Promise<void>
}

/** A message of the bot that carries a video; milliseconds since 1970. */
export interface Posted {
  readonly channel: string
  readonly at: number
}

/**
 * It keeps all that it ever heard. As V8 comes, what it keeps cost it pauses of 5 to 14 ms, as long as what it measures:
 * five to ten in ten seconds at 200 interactions a second.
 */
const calm = ['--max-semi-space-size=2', '--initial-old-space-size=1000']

export async function startDiscordChild(options: StandInOptions = {}): Promise<Discord> {
  const program = new URL(import.meta.url)
  const child = await spawnStandIn<{ url: string; token: string }, Controls>(program, options, calm)
  const controls = child.controls as unknown as Readonly<Record<string, (...args: unknown[]) => Promise<unknown>>>
  return {
    url: child.url,
    token: child.token,
    async call<T>(control: string, ...args: unknown[]) {
      return (await controls[control]?.(...args)) as T
    },
    end: () => child.close(),
  }
}

// Run as a program: the strict stand-in of the tests, and two more controls, `flood` and `posted`.
if (import.meta.main) {
  const { url, token, controls } = await startDiscord(givenOptions<StandInOptions>())
  const flood = async (perSecond: number, seconds: number, channels: string[], users: string[]) => {
    const sent = new Map<string, number>()
    const answers = hearAnswers()
    const from = performance.now()
    for (let count = 0; count < perSecond * seconds; count += 1) {
      const wait = from + (count * 1000) / perSecond - performance.now()
      if (wait > 1) await sleep(wait)
      const act = { channel: channels[count % channels.length] ?? '', user: users[count % users.length] ?? '' }
      const at = performance.now()
      sent.set(controls.slash(act, 'video', { prompt: `a lighthouse at dusk, number ${count}` }), at)
    }
    await sleep(3_500)
    const came = answers.end()
    // How long each waited for its answer in milliseconds; null for one that was never answered, or refused by Discord.
    return [...sent].map(([id, at]) => {
      const answer = controls.interaction(id)?.answeredAfter === null ? undefined : came.get(id)
      return answer === undefined ? null : answer - at
    })
  }
  const posted = () =>
    controls
      .botMessages()
      .filter((message) => message.now.attachments.length > 0)
      .map((message): Posted => ({ channel: message.channelId, at: message.createdAt }))
  serveControls({ ...controls, flood, posted }, { url, token })
}

/** When the answer to each interaction came in, by its id: finer than the stand-in's own whole milliseconds. */
function hearAnswers() {
  const came = new Map<string, number>()
  const hear = (message: unknown) => {
    const { url = '' } = (message as { readonly request: IncomingMessage }).request
    const id = /\/interactions\/(\d+)\//.exec(url)?.[1]
    if (id !== undefined && !came.has(id)) came.set(id, performance.now())
  }
  subscribe('http.server.request.start', hear)
  return {
    end() {
      unsubscribe('http.server.request.start', hear)
      return came
    },
  }
}

/** A server with that many channels and members, whose commands are there. */
export async function furnish(discord: Discord, counts: { channels: number; users: number }) {
  const guild = await discord.call<string>('addGuild', 'Film club')
  const channels: string[] = []
  const users: string[] = []
  for (let count = 0; count < counts.channels; count += 1) channels.push(await discord.call('addChannel', guild))
  for (let count = 0; count < counts.users; count += 1) {
    const user = await discord.call<string>('addUser', `member ${count}`)
    await discord.call('addMember', guild, user)
    users.push(user)
  }
  return { guild, channels, users }
}

/** Resolves when the bot is connected and has registered its commands. */
export async function connected(discord: Discord): Promise<void> {
  for (let attempt = 0; attempt < 400; attempt += 1) {
    const counts = await discord.call<{ connected: number }>('counts')
    if (counts.connected > 0 && (await discord.call<unknown[]>('commands', '')).length > 0) return
    await sleep(50)
  }
  throw new Error('the bot does not connect')
}
