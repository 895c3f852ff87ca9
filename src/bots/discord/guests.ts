import { type APIGuildMember, Routes } from 'discord.js'
import { VideoError } from '../../core/errors.ts'
import type { Person } from '../../core/ports/commands.ts'
import type { Clock } from '../../core/ports/machine.ts'
import { busy } from '../busy.ts'
import { Remembered } from '../remembered.ts'
import type { Api } from './api.ts'
import { isNoMember } from './failure.ts'
import { rolesOf, workspaceOf } from './person.ts'

const askAgainMilliseconds = 5_000

/** Somebody who is served nowhere, as they are to what they have asked for: that it is theirs is all they may go by. */
export function withoutPlace(person: Person): Person {
  const workspace = workspaceOf(undefined, userOf(person))
  return { ...person, workspace, direct: true, channel: null, roles: [], admin: false, appointed: false }
}

function userOf({ id }: Person): string {
  return id.slice('discord:'.length)
}

/** A listed server that somebody is a member of, with their roles there. */
interface Home {
  readonly guild: string
  readonly roles: readonly string[]
}

/**
 * Who is served where the host has listed servers (DISCORD_GUILD_IDS): whoever asks in one of them, and in a direct
 * conversation the members of one. Without a list: everybody everywhere.
 */
export class Guests {
  private readonly homes: Remembered<Home | null>
  private readonly api: Pick<Api, 'get'>
  private readonly guildIds: readonly string[]

  constructor(api: Pick<Api, 'get'>, guildIds: readonly string[], clock: Clock) {
    this.api = api
    this.guildIds = guildIds
    this.homes = new Remembered((user) => this.ask(user), clock)
  }

  /** Whether what happens in this server concerns us. */
  serves(guild: string): boolean {
    return this.guildIds.length === 0 || this.guildIds.includes(guild)
  }

  /**
   * The person as their place's rules see them: in a direct conversation those of the first listed server that they are a
   * member of, remembered for ten minutes. Throws `forbidden` for guests, `busy` where Discord does not say who they are.
   */
  async admit(person: Person): Promise<Person> {
    if (this.guildIds.length === 0) return person
    if (!person.direct) {
      if (this.guildIds.some((guild) => person.workspace === workspaceOf(guild, ''))) return person
      throw new VideoError('forbidden', 'a server that is not listed', { facts: { variant: 'unlisted' } })
    }
    const home = await this.homes.of(userOf(person))
    if (home === null) throw new VideoError('forbidden', 'in no listed server', { facts: { variant: 'guest' } })
    const { guild, roles } = home
    return { ...person, workspace: workspaceOf(guild, ''), roles: rolesOf(guild, { roles }) }
  }

  private async ask(user: string): Promise<Home | null> {
    for (const guild of this.guildIds) {
      try {
        const { roles } = (await this.api.get(Routes.guildMember(guild, user))) as APIGuildMember
        return { guild, roles }
      } catch (thrown) {
        if (!isNoMember(thrown)) throw busy('discord: who is a member?', askAgainMilliseconds, thrown)
      }
    }
    return null
  }
}
