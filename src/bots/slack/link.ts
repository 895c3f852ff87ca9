import type { Operation } from '../../core/operation.ts'
import { isDirect, linkTo, messageAt } from './place.ts'

/** A private, expiring, signed address where that video can be watched; null where there is no public address. */
export type Player = (operation: Operation) => Promise<string | null> | string | null

/** What became of a video whose file a workspace does not take: a link in its place, or words alone. */
export const refusedFiles = { linked: 'files_linked', without: 'files_refused' } as const

/** Who looks at an Operation, and where. */
export interface Viewer {
  /** Their id, as in Person. */
  readonly id: string
  /** As auth.test gives it. */
  readonly teamUrl: string
}

/**
 * Where an Operation's video can be seen by that person: the message that it hangs on, else the player page; null where
 * there is neither.
 */
export async function videoLink(operation: Operation, viewer: Viewer, player: Player): Promise<string | null> {
  const { deliveredMessage, deliveryProblem, status, retiredAt } = operation
  const inWords = Object.values<string | null>(refusedFiles).includes(deliveryProblem)
  const message = inWords ? null : messageLink(operation, deliveredMessage, viewer)
  if (message !== null || status !== 'completed' || retiredAt !== null) return message
  return player(operation)
}

/** Where a message about an Operation can be read by that person; null where it cannot. */
export function messageLink({ requester }: Operation, message: string | null, { id, teamUrl }: Viewer): string | null {
  if (message === null) return null
  const closed = isDirect(messageAt(message).channel) && requester !== id
  return closed ? null : linkTo(teamUrl, message)
}
