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

export async function startDiscordChild(options: StandInOptions = {}): Promise<Discord> {
  const program = new URL(import.meta.url)
  const child = await spawnStandIn<{ url: string; token: string }, Controls>(program, options)
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
    const ids: string[] = []
    const from = performance.now()
    for (let count = 0; count < perSecond * seconds; count += 1) {
      const wait = from + (count * 1000) / perSecond - performance.now()
      if (wait > 1) await sleep(wait)
      const act = { channel: channels[count % channels.length] ?? '', user: users[count % users.length] ?? '' }
      ids.push(controls.slash(act, 'video', { prompt: `a lighthouse at dusk, number ${count}` }))
    }
    await sleep(3_500)
    // How long each waited for its answer in milliseconds; null for never.
    return ids.map((id) => controls.interaction(id)?.answeredAfter ?? null)
  }
  const posted = () =>
    controls
      .botMessages()
      .filter((message) => message.now.attachments.length > 0)
      .map((message): Posted => ({ channel: message.channelId, at: message.createdAt }))
  serveControls({ ...controls, flood, posted }, { url, token })
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
