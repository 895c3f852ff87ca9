import type { SeenMessage as DiscordMessage } from '../discord/stand-in/start.ts'
import type { City } from './city.ts'

/** What the bot's messages in a channel come to: status messages, videos by hash, failures by what they say. */
export interface Thread {
  readonly statuses: number
  readonly videos: readonly string[]
  readonly failures: readonly string[]
}

/** What stands in a channel of one of the platforms. */
export function threadOf(city: City, channel: string): Promise<Thread> {
  return channel.startsWith('C0') ? slackThread(city, channel) : discordThread(city, channel)
}

async function discordThread({ discord }: City, channel: string): Promise<Thread> {
  const messages = await discord.controls.messages(channel)
  // What one person alone was told for a moment is not of the thread.
  const ours = messages.filter((each) => each.authorId === discord.applicationId && each.ephemeralFor === null)
  const outcomes = ours.filter((each) => each.now.content.startsWith('<@'))
  return {
    statuses: ours.length - outcomes.length,
    videos: outcomes.flatMap((each) => each.now.attachments.map(({ hash }) => hash)),
    failures: outcomes.filter((each) => each.now.attachments.length === 0).map(wordsOf),
  }
}

function wordsOf({ now }: DiscordMessage): string {
  return now.embeds.map(({ title, description }) => `${title} ${description}`).join(' ')
}

async function slackThread({ slack }: City, channel: string): Promise<Thread> {
  const ours = await slack.controls.messages(channel)
  return {
    statuses: ours.filter(({ purpose }) => purpose === 'dailies_status').length,
    videos: ours.flatMap(({ hashes }) => hashes),
    failures: ours.filter(({ purpose }) => purpose === 'dailies_outcome').map(({ text }) => text),
  }
}
