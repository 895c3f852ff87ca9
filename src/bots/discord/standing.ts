import type { Operation } from '../../core/operation.ts'
import type { Clock, Log } from '../../core/ports/machine.ts'
import type { Api, Sending } from './api.ts'
import { codeOf, discordCode, isAbsent, isGone } from './failure.ts'
import { liveToken, parseRef } from './place.ts'

/** Messages of ours that stand already. */
export interface Standing {
  /** Changes one; false where it is gone or out of reach. Throws what may pass. */
  change(operation: Operation, message: string, sending: Sending & { readonly signal: AbortSignal }): Promise<boolean>
  /** Takes one away, video and all; one that is gone is no error. Throws what Discord keeps in spite of us. */
  takeAway(message: string, signal: AbortSignal): Promise<void>
}

/** An archived thread takes no edits; it is opened once, if it is not locked. */
export function createStanding(api: Api, clock: Clock, log: Log): Standing {
  async function unlessArchived(channel: string, signal: AbortSignal, call: () => Promise<unknown>): Promise<void> {
    try {
      await call()
    } catch (thrown) {
      if (codeOf(thrown) !== discordCode.archived) throw thrown
      await api.unarchive(channel, signal)
      await call()
    }
  }

  return {
    async change(operation, message, sending) {
      const ref = parseRef(message)
      const token = liveToken(operation, clock.now())
      const { channel } = ref
      const patch = (to: string) => api.patch(to, ref.message, sending)
      // Nobody misses in an archived thread that a file was tidied away, and all would see it opened.
      const tidied = operation.retiredAt !== null && operation.removedAt === null
      try {
        if (channel !== null && tidied) await patch(channel)
        else if (channel !== null) await unlessArchived(channel, sending.signal, () => patch(channel))
        else if (token !== null) await api.patchAnswer(token, ref.message, sending)
        return channel !== null || token !== null
      } catch (thrown) {
        if (!isGone(thrown)) throw thrown
        log.info({ operation: operation.id, discord: codeOf(thrown) }, 'the message to be changed is out of reach')
        return false
      }
    },
    async takeAway(message, signal) {
      const { channel, message: id } = parseRef(message)
      if (channel === null) return
      try {
        await unlessArchived(channel, signal, () => api.remove(channel, id, signal))
      } catch (thrown) {
        // Where we may not, it stands there still.
        if (!isAbsent(thrown)) throw thrown
      }
    },
  }
}
