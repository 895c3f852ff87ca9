import type { Card } from '../card.ts'
import type { Operation } from '../operation.ts'
import type { StoredFile } from './files.ts'

/** What was delivered, and where if not where it was asked for. */
export interface Delivery {
  readonly message: string
  /** A short code such as `sent_as_dm`, `link_only`; null when all went as asked. */
  readonly problem: string | null
}

/**
 * One platform's side of a conversation. Errors: VideoError; `retryable` ones are tried again for as long as it takes,
 * others end the attempt for good with the error's code as the row's deliveryProblem.
 */
export interface Messenger {
  /** The part of a thread before the colon. */
  readonly platform: string
  /** Shows the status message once: posting the same Operation twice returns the same id. */
  post(operation: Operation, card: Card, signal: AbortSignal): Promise<string>
  /**
   * Makes the status message say this; a message that is gone is no error. Of what was removed a final error says that it
   * stands there as it was.
   */
  edit(operation: Operation, message: string, card: Card, signal: AbortSignal): Promise<void>
  /**
   * Posts the video (or, of a failure, the sentence that pings the requester) once. `before`: what was posted of it earlier
   * and may stand: none of that is the one, though it looks the same.
   */
  deliver(
    operation: Operation,
    card: Card,
    video: StoredFile | null,
    signal: AbortSignal,
    before: readonly string[],
  ): Promise<Delivery>
  /**
   * Shows the admins once, in the channel that they named, what waits for them; returns the message's id, which `edit`
   * takes. `channel` null, in a place of one person alone: directly to one whom the host has named; null where that is nobody.
   * Left out where a platform has no such place: the thread's own message has the buttons too.
   */
  askAdmins?(operation: Operation, card: Card, channel: string | null, signal: AbortSignal): Promise<string | null>
  /**
   * Takes away, video and all, a delivered message that is not to stand any more; one that is gone is no error. Where
   * `deliveredAt` is set and `removedAt` is not, it goes for the one that the row names, which stays; it stays itself, with
   * `not_now`, where its video has not been posted again in its place or where it was asked for. `message` null, of what
   * was removed: whatever outcome of it stands where it may have been posted, none of which is no error.
   */
  withdraw?(operation: Operation, message: string | null, signal: AbortSignal): Promise<void>
}
