import type { Operation } from '../../core/operation.ts'
import { linkTo } from './place.ts'

/** A private, expiring, signed address where that video can be watched; null where there is no public address. */
export type Player = (operation: Operation) => Promise<string | null> | string | null

/** What became of a video whose file a workspace does not take: a link in its place, or words alone. */
export const refusedFiles = { linked: 'files_linked', without: 'files_refused' } as const

/**
 * Where an Operation's video can be seen: the message that it hangs on, else the player page; null where there is neither.
 * `teamUrl` as auth.test gives it.
 */
export async function videoLink(operation: Operation, teamUrl: string, player: Player): Promise<string | null> {
  const { deliveredMessage, deliveryProblem, status, retiredAt } = operation
  const inWords = Object.values<string | null>(refusedFiles).includes(deliveryProblem)
  const message = deliveredMessage === null || inWords ? null : linkTo(teamUrl, deliveredMessage)
  if (message !== null || status !== 'completed' || retiredAt !== null) return message
  return player(operation)
}
