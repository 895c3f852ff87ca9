import { setTimeout as sleep } from 'node:timers/promises'
import { type StandInOptions, startDiscord } from '../../test/discord/stand-in/start.ts'
import { ask, type Child, startChild } from './children.ts'

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
  const child: Child = await startChild({ program: 'bench/parts/discord.ts', args: [JSON.stringify(options)] })
  const { url, token } = JSON.parse(child.said) as { url: string; token: string }
  return {
    url,
    token,
    call: (control, ...args) => ask(`${new URL(url).origin}/control/${control}`, args),
    end: () => child.end(),
  }
}

// Run as a program: the strict stand-in of the tests, and two more controls, `flood` and `posted`.
if (import.meta.main) {
  const standIn = await startDiscord(JSON.parse(process.argv[2] ?? '{}') as StandInOptions)
  const { controls } = standIn
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
  // The stand-in finds its controls by name.
  Object.assign(controls, { flood, posted })
  console.log(JSON.stringify({ url: standIn.url, token: standIn.token }))
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
