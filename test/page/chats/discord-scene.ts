import type { SeenMessage } from '../../discord/stand-in/start.ts'
import { startDiscord } from '../../discord/stand-in/start.ts'
import { Installation } from '../../flows/service.ts'
import { shownBy } from './text.ts'

export type Moment = SeenMessage['now']

/** What members saw of Dailies, as Discord recorded it. */
export interface DiscordScene {
  /** Names by their ids. */
  readonly names: ReadonlyMap<string, string>
  readonly accepted: Moment
  readonly running: Moment
  /** The status message in the end, and the reply with the video. */
  readonly summary: Moment
  readonly video: Moment
  readonly film: Uint8Array
  /** The status message of a refused one in the end, and the reply that says why. */
  readonly refusedSummary: Moment
  readonly refusal: Moment
  readonly operations: Moment
  readonly opened: Moment
}

const lion = 'A lion walks through dry grass at sunset, slow camera beside it, wind and distant birds'

/** Plays it: the real service between a stand-in of Discord and a rehearsal of Google. */
export async function playDiscord(): Promise<DiscordScene> {
  const installation = await Installation.open(4, 'rendered')
  const discord = await startDiscord()
  const members = discord.controls
  try {
    const guild = members.addGuild('Film club')
    const channel = members.addChannel(guild)
    const [alice, bob, carol] = ['Alice', 'Bob', 'Carol'].map((name) => members.addUser(name)) as [
      string,
      string,
      string,
    ]
    members.addMember(guild, alice)
    members.addMember(guild, bob)
    members.addMember(guild, carol, { admin: true })
    await installation.start({
      env: { DISCORD_TOKEN: discord.token, DISCORD_API_URL: discord.url, DISCORD_GUILD_IDS: guild },
    })
    await shownBy('the commands', () => members.commands(guild).length > 0 && members.counts().connected > 0)

    const answer = (interaction: string) =>
      shownBy('an answer', () => members.message(members.interaction(interaction)?.messageId ?? ''))
    const ask = async (user: string, prompt: string) => {
      const status = await answer(members.slash({ user, channel }, 'video', { prompt }))
      const outcome = await shownBy('an outcome', () =>
        members.messages(channel).find((each) => each.repliesTo === status.id && each.now.content.startsWith('<@')),
      )
      const ended = await shownBy('one line', () => {
        const now = members.message(status.id)
        return now?.now.embeds.length === 0 && now
      })
      return { status: ended, outcome: outcome.now }
    }
    const made = await ask(alice, lion)
    await ask(bob, 'A paper boat sails down a gutter in spring sun')
    const refused = await ask(bob, 'A duel of two knights in the rain, rehearse: safety')
    await ask(alice, 'A glass city on Mars at dawn')

    const list = await answer(members.slash({ user: carol, channel }, 'operations'))
    const menu = list.now.components.flatMap((row) => row.components).find((part) => part.type === 3)
    const first = menu && 'options' in menu ? menu.options?.at(-1)?.value : undefined
    const opened = await answer(members.choose({ user: carol, channel }, list.id, menu?.custom_id ?? '', [first ?? '']))
    const running = made.status.history.find((each) => each.embeds[0]?.title?.startsWith('Google is making'))
    const [accepted] = made.status.history
    const [attachment] = made.outcome.attachments
    if (!accepted || !running || !attachment) throw new Error('the story is not whole')
    return {
      names: new Map([
        [alice, 'Alice'],
        [bob, 'Bob'],
        [carol, 'Carol'],
      ]),
      accepted,
      running,
      summary: made.status.now,
      video: made.outcome,
      film: new Uint8Array(await (await fetch(attachment.url)).arrayBuffer()),
      refusedSummary: refused.status.now,
      refusal: refused.outcome,
      operations: list.now,
      opened: opened.now,
    }
  } finally {
    await installation.close()
    await discord.close()
  }
}
