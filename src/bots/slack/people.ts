import type { Person } from '../../core/ports/commands.ts'
import type { Clock } from '../../core/ports/machine.ts'
import { Remembered } from '../remembered.ts'
import type { SlackApi } from './api.ts'

/** An answer within 3 seconds must not wait for who asks; without it they are a member with English texts. */
const patienceMilliseconds = 1_000

interface Known {
  readonly name: string
  readonly admin: boolean
  readonly locale: string
  /** The workspace they belong to; null where Slack did not say. */
  readonly team: string | null
  readonly enterprise: string | null
}

/** Who did something, as an event or interaction names them. */
export interface Asker {
  readonly user: string
  readonly channel: string | null
  readonly name?: string | undefined
  /** Their own workspace, where the payload names it. */
  readonly home?: string | undefined
}

/** A person, whether they belong to another organisation (Slack Connect), and whether Slack said who they are. */
export interface SlackPerson extends Person {
  readonly outsider: boolean
  readonly known: boolean
}

/** Who people are: names, languages and admin rights, remembered for ten minutes. */
export class People {
  private readonly known: Remembered<Known>
  private readonly api: SlackApi
  private readonly adminIds: ReadonlySet<string>
  private readonly clock: Clock

  /** `adminIds`: Slack user ids who are admins beside the workspace's own. */
  constructor(api: SlackApi, adminIds: Iterable<string>, clock: Clock) {
    this.api = api
    this.adminIds = new Set(adminIds)
    this.clock = clock
    this.known = new Remembered((user) => this.ask(user), clock)
  }

  async person(asker: Asker): Promise<SlackPerson> {
    const { team, enterprise } = await this.api.identity()
    const known = await this.soon(asker.user)
    const sameEnterprise = enterprise !== null && known?.enterprise === enterprise
    const outsider = (known?.team ?? asker.home ?? team) !== team && !sameEnterprise
    return {
      id: `slack:${team}:${asker.user}`,
      name: known?.name ?? asker.name ?? asker.user,
      workspace: `slack:${team}`,
      channel: asker.channel,
      roles: [],
      admin: !outsider && (this.adminIds.has(asker.user) || known?.admin === true),
      locale: known?.locale ?? 'en',
      outsider,
      known: known !== null,
    }
  }

  private async soon(user: string): Promise<Known | null> {
    const patience = new AbortController()
    const late = this.clock.sleep(patienceMilliseconds, patience.signal).then(() => null)
    try {
      return await Promise.race([this.known.of(user), late])
    } catch {
      return null
    } finally {
      patience.abort()
    }
  }

  private async ask(id: string): Promise<Known> {
    const { user } = await this.api.client.users.info({ user: id, include_locale: true })
    return {
      name: user?.profile?.display_name || user?.real_name || user?.name || id,
      admin: user?.is_admin === true || user?.is_owner === true || user?.is_primary_owner === true,
      locale: user?.locale ?? 'en',
      team: user?.team_id ?? null,
      enterprise: user?.enterprise_user?.enterprise_id ?? null,
    }
  }
}
