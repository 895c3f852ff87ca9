import type { Card } from '../../core/card.ts'
import { asVideoError, VideoError } from '../../core/errors.ts'
import type { Operation } from '../../core/operation.ts'
import type { Delivery, Messenger } from '../../core/ports/messenger.ts'
import type { Desk } from './desk.ts'
import { later, slackWord } from './errors.ts'
import type { Installations, Installed } from './installations.ts'
import type { SlackMessenger } from './messenger.ts'
import { placeOf } from './place.ts'

/** One workspace with its own token, limits and people. */
export interface Workspace {
  readonly desk: Desk
  readonly messenger: SlackMessenger
}

/** Where events come from and messages go to. */
export interface Workspaces {
  /** The workspace with that id. Throws a final `not_now` with fact `why: 'uninstalled'` where the app is not installed. */
  of(team: string): Promise<Workspace>
}

/** What is remembered of so many workspaces at once; of others it is made anew. */
const mostOpen = 200

/**
 * The workspaces that have installed the app. Each look goes to the database, so that every process speaks with the
 * newest token, and with none once the app is removed.
 */
export class InstalledWorkspaces implements Workspaces {
  private readonly open = new Map<string, { readonly token: string; readonly workspace: Workspace }>()
  private readonly installations: Installations
  private readonly make: (installed: Installed) => Workspace

  constructor(installations: Installations, make: (installed: Installed) => Workspace) {
    this.installations = installations
    this.make = make
  }

  async of(team: string): Promise<Workspace> {
    const installed = await this.installations.find(team)
    const known = this.open.get(team)
    this.open.delete(team)
    if (installed === null) throw uninstalled(team)
    const token = installed.botToken
    const workspace = known?.token === token ? known.workspace : this.make(installed)
    // Put behind the others: the first one was not needed for the longest time.
    this.open.set(team, { token, workspace })
    const [first] = this.open.keys()
    if (this.open.size > mostOpen && first !== undefined) this.open.delete(first)
    return workspace
  }
}

/** With these Slack says that the app was removed; no later try can help. */
const removed: ReadonlySet<string> = new Set(['account_inactive', 'token_revoked'])

/** Slack's side of conversations in several workspaces: each thread is told with its own workspace's token. */
export class InstalledMessenger implements Messenger {
  readonly platform = 'slack'
  private readonly workspaces: Workspaces

  constructor(workspaces: Workspaces) {
    this.workspaces = workspaces
  }

  post(operation: Operation, card: Card, signal: AbortSignal): Promise<string> {
    return this.through(operation, (messenger) => messenger.post(operation, card, signal))
  }

  edit(operation: Operation, message: string, card: Card, signal: AbortSignal): Promise<void> {
    return this.through(operation, (messenger) => messenger.edit(operation, message, card, signal))
  }

  deliver(...given: Parameters<Messenger['deliver']>): Promise<Delivery> {
    return this.through(given[0], (messenger) => messenger.deliver(...given))
  }

  askAdmins(operation: Operation, card: Card, channel: string, signal: AbortSignal): Promise<string> {
    return this.through(operation, (messenger) => messenger.askAdmins(operation, card, channel, signal))
  }

  withdraw(operation: Operation, message: string | null, signal: AbortSignal): Promise<void> {
    return this.through(operation, (messenger) => messenger.withdraw(operation, message, signal))
  }

  private async through<T>(operation: Operation, act: (messenger: SlackMessenger) => Promise<T>): Promise<T> {
    const { team } = placeOf(operation.thread ?? '')
    const { messenger } = await this.workspaces.of(team)
    try {
      return await act(messenger)
    } catch (thrown) {
      if (!removed.has(slackWord(asVideoError(thrown).cause) ?? '')) throw thrown
      // While the call waited for its turn, the app may have come back with another token.
      if ((await this.workspaces.of(team)).messenger === messenger) throw uninstalled(team, thrown)
      throw later(`slack: installed anew in ${team}`, thrown)
    }
  }
}

function uninstalled(team: string, cause?: unknown): VideoError {
  return new VideoError('not_now', `slack: not installed in ${team}`, { facts: { why: 'uninstalled' }, cause })
}
