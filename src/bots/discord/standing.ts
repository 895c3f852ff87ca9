import type { Operation } from '../../core/operation.ts'
import type { Clock, Log } from '../../core/ports/machine.ts'
import type { Api, Sending } from './api.ts'
import { codeOf, discordCode, isAbsent, isGone, isHopeless } from './failure.ts'
import { liveToken, type MessageRef, parseRef, placeOf } from './place.ts'

/** Messages of ours that stand already. All throw what may pass. */
export interface Standing {
  /** Changes one; false where it is gone or out of reach. */
  change(operation: Operation, message: string, sending: Sending & { readonly signal: AbortSignal }): Promise<boolean>
  /** Takes one away, video and all; false where it stands there still and nothing of ours reaches it. */
  takeAway(operation: Operation, message: string, signal: AbortSignal): Promise<boolean>
  /** Whether a video hangs on it, and what was posted anew went elsewhere or has none: others would miss it. */
  isMissed(operation: Operation, message: string, signal: AbortSignal): Promise<boolean>
}

/** Whether anything of ours reached a message, to change it, at that time (milliseconds since 1970), or need not have. */
export function reached(operation: Operation, message: string, at: number): boolean {
  const ref = parseRef(message)
  return channelOf(operation, ref) !== null || liveToken(operation, at) !== null || goesByItself(operation)
}

/** Of what only a token reaches: whether one person alone ever saw it, whose client drops it when it starts anew. */
function goesByItself({ private: alone, thread }: Operation): boolean {
  return alone && placeOf(thread ?? '').guild !== null
}

/** Where the bot's own token may reach a message; null where only that of an interaction does. */
function channelOf(operation: Operation, ref: MessageRef): string | null {
  const place = placeOf(operation.thread ?? '')
  // Of a server that it is no member of the bot sees nothing, and nothing of what is for one person alone.
  const unseen = place.guild === null || operation.private
  return ref.channel ?? (unseen ? null : place.channel)
}

export function createStanding(api: Api, clock: Clock, log: Log): Standing {
  /** An archived thread takes no changes; it is opened once, if it is not locked. */
  async function unlessArchived(channel: string, signal: AbortSignal, call: () => Promise<unknown>): Promise<void> {
    try {
      await call()
    } catch (thrown) {
      if (codeOf(thrown) !== discordCode.archived) throw thrown
      await api.unarchive(channel, signal)
      await call()
    }
  }

  /** Asked of Discord: of a message whose answer was lost the row does not know what came with it. */
  async function hasVideo({ channel, message }: MessageRef, signal: AbortSignal): Promise<boolean> {
    if (channel === null) return false
    try {
      return (await api.read(channel, message, signal)).attachments.length > 0
    } catch (thrown) {
      if (isGone(thrown)) return false
      throw thrown
    }
  }

  return {
    async change(operation, message, sending) {
      const ref = parseRef(message)
      const token = ref.channel === null ? liveToken(operation, clock.now()) : null
      const channel = channelOf(operation, ref)
      const patch = (to: string) => api.patch(to, ref.message, sending)
      // Nobody misses in an archived thread that a file was tidied away, and all would see it opened.
      const tidied = operation.retiredAt !== null && operation.removedAt === null
      try {
        if (token !== null) await api.patchAnswer(token, ref.message, sending)
        else if (channel !== null && tidied) await patch(channel)
        else if (channel !== null) await unlessArchived(channel, sending.signal, () => patch(channel))
        return token !== null || channel !== null
      } catch (thrown) {
        if (!isGone(thrown)) throw thrown
        log.info({ operation: operation.id, discord: codeOf(thrown) }, 'the message to be changed is out of reach')
        return false
      }
    },
    async takeAway(operation, message, signal) {
      const ref = parseRef(message)
      const channel = channelOf(operation, ref)
      if (channel === null) return false
      try {
        await unlessArchived(channel, signal, () => api.remove(channel, ref.message, signal))
        return true
      } catch (thrown) {
        if (isAbsent(thrown)) return true
        if (!isHopeless(thrown)) throw thrown
        log.warn({ operation: operation.id, discord: codeOf(thrown) }, 'a message cannot be taken away')
        return false
      }
    },
    async isMissed({ deliveredMessage, deliveryProblem }, message, signal) {
      const [before, anew] = [parseRef(message), parseRef(deliveredMessage ?? '')]
      const isElsewhere = before.channel !== anew.channel && deliveryProblem !== null
      return (isElsewhere || !(await hasVideo(anew, signal))) && hasVideo(before, signal)
    },
  }
}
