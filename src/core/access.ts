import { possibleActions } from './actions.ts'
import type { Action } from './card.ts'
import { VideoError } from './errors.ts'
import type { Operation } from './operation.ts'
import type { Person } from './ports/commands.ts'
import type { OperationStore } from './ports/store.ts'
import { isAmong, merged, type Settings } from './settings.ts'

/** Admins of the host's own front ends see and steer every workspace. */
export function isHost(person: Person): boolean {
  return person.admin && (person.workspace === 'web' || person.workspace === 'terminal')
}

/** Whether this person administers the place where the Operation was asked for. */
export function steers(person: Person, workspace: string): boolean {
  return isHost(person) || (person.admin && person.workspace === workspace)
}

/** The workspace of one person's own, where nobody else is and so no admin: a direct conversation that no other place rules. */
export function ownPlaceOf(person: string): string {
  return person.replace(':', ':dm-')
}

/** Whether this person approves or declines it: admins in their workspace, and in the places of one alone those of the host. */
export function decides(person: Person, { workspace, requester }: Operation): boolean {
  return steers(person, workspace) || (person.appointed === true && workspace === ownPlaceOf(requester))
}

/** Requesters see their own, admins their workspace's and what waits for them, everyone in a workspace what is not private. */
export function maySee(person: Person, operation: Operation): boolean {
  if (person.id === operation.requester || steers(person, operation.workspace)) return true
  if (operation.status === 'pending' && operation.hold === 'approval' && decides(person, operation)) return true
  return !operation.private && person.workspace === operation.workspace && operation.workspace !== 'web'
}

/** Whether this person was asked to approve it, which they may see no longer: it was decided, or taken back. */
export function wasAsked(person: Person, operation: Operation): boolean {
  return operation.adminMessage !== null && decides(person, operation)
}

/** Whether this person may do what concerns only the requester: cancel, delete, run it again. */
export function owns(person: Person, operation: Operation): boolean {
  return person.id === operation.requester || steers(person, operation.workspace)
}

const forAdmins: ReadonlySet<Action> = new Set(['approve', 'decline', 'deliver_again'])

/** What this person may do with the Operation in the state it is in. `suggests` and `now`: as in CardContext. */
export function actionsOf(operation: Operation, person: Person, suggests: boolean, now: number): readonly Action[] {
  const possible = possibleActions(operation, suggests, now)
  if (!owns(person, operation)) return maySee(person, operation) ? possible.filter((each) => each === 'download') : []
  const steering = steers(person, operation.workspace)
  return possible.filter((each) => steering || !forAdmins.has(each))
}

/** The settings in force for a scope: `installation`, then the workspace, then the channel, narrower ones winning. */
export async function settingsIn(store: OperationStore, scope: string): Promise<Settings> {
  const slash = scope.indexOf('/')
  const workspace = slash < 0 ? scope : scope.slice(0, slash)
  return (await store.getSettingsOf(['installation', workspace, scope])).reduce(merged, {})
}

/** The settings scope of where a person is. */
export function scopeOf(person: Person): string {
  return person.channel === null ? person.workspace : `${person.workspace}/${person.channel}`
}

/** Throws `paused` or `forbidden` where this person may start nothing here. */
export function checkWelcome(person: Person, settings: Settings): void {
  if (settings.paused) throw new VideoError('paused', 'an admin has paused new Operations')
  if (settings.banned?.includes(person.id)) throw new VideoError('forbidden', 'banned')
  if (person.admin) return
  const channels = settings.allowedChannels ?? []
  if (channels.length > 0 && !(person.channel !== null && channels.includes(person.channel))) {
    throw new VideoError('forbidden', 'not in this channel')
  }
  const roles = settings.roles ?? []
  if (roles.length > 0 && !isAmong(person, roles)) throw new VideoError('forbidden', 'no role for it')
}
