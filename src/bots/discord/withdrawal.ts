import { VideoError } from '../../core/errors.ts'
import type { Operation } from '../../core/operation.ts'
import type { Messenger } from '../../core/ports/messenger.ts'
import type { Api } from './api.ts'
import { asFailure, isAbsent, isHopeless } from './failure.ts'
import { parseRef, refText } from './place.ts'
import { type Finder, spotsFor } from './spots.ts'
import { reached, type Standing } from './standing.ts'

/** Takes outcomes away as Messenger promises; throws Discord's errors, and `not_now` where something of what was removed stands. */
export function createWithdrawal(api: Api, standing: Standing, find: Finder): NonNullable<Messenger['withdraw']> {
  /** Takes away what the row does not name; false where the place of its status message, which may have it, is closed to us. */
  async function takeAwayUnnamed(operation: Operation, signal: AbortSignal): Promise<boolean> {
    const shown = parseRef(operation.statusMessage ?? '').channel
    let isOpen = true
    try {
      for await (const { channel } of spotsFor(operation, api, signal)) {
        try {
          const [found, gone] = await sweep(operation, channel, signal)
          if (found) return gone
        } catch (thrown) {
          if (!isHopeless(thrown)) throw thrown
          if (channel === shown && !isAbsent(thrown)) isOpen = false
        }
      }
    } catch (thrown) {
      // Whoever cannot be written to directly has got nothing there.
      if (asFailure(thrown).retryable) throw thrown
    }
    return isOpen
  }

  /** Whether any stood in that channel, and whether all went. */
  async function sweep(operation: Operation, channel: string, signal: AbortSignal): Promise<[boolean, boolean]> {
    const { id: operationId, createdAt: since } = operation
    const others: string[] = []
    let gone = true
    for (;;) {
      const message = await find(channel, { operationId, delivery: true, since, others, toGo: true }, signal)
      if (message === null) return [others.length > 0, gone]
      gone = (await standing.takeAway(operation, refText({ channel, message }), signal)) && gone
      others.push(message)
    }
  }

  return async (operation, message, signal) => {
    const { statusMessage, removedAt, deliveredAt } = operation
    if (message === null) {
      if (!(await takeAwayUnnamed(operation, signal))) throw stillStands()
      return
    }
    if (removedAt === null && deliveredAt !== null && (await standing.isMissed(operation, message, signal)))
      throw new VideoError('not_now', 'discord: no video took the place of the one before')
    // What stands in the status message itself goes with its next change, if there is one.
    const gone = message === statusMessage || (await standing.takeAway(operation, message, signal))
    const emptied = removedAt === null || statusMessage === null || reached(operation, statusMessage, removedAt)
    if (!gone || !emptied) throw stillStands()
  }
}

function stillStands(): VideoError {
  return new VideoError('not_now', 'discord: a message of ours still stands')
}
