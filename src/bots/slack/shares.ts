import type { Clock } from '../../core/ports/machine.ts'
import type { SlackApi } from './api.ts'
import type { Whose } from './bucket.ts'
import { appearsWithinSeconds } from './doubts.ts'
import { asSlackError, isForAdmins, later } from './errors.ts'
import { isGone } from './removal.ts'
import { findOwn, type Where } from './thread.ts'

/** Most videos stand within a second or two; as many milliseconds pass before each look, two and a half minutes in all. */
const looksAfter = [250, 500, 1_000, 2_000, 5_000, 15_000, 30_000, 30_000, 30_000, 40_000]
/** After so many looks the thread is asked too: what Slack tells of a file may name no place. Until then its word is enough. */
const atTheFileAlone = 4
/** Whoever stops looks once more, and waits so many milliseconds for a turn. */
const lastLookMilliseconds = 2_000

/**
 * The ts of the message that a file was shared as; '' where it can stand there and Slack does not tell. Null where it never
 * came: Slack says that it shared a file and at times does not (slackapi/python-slack-sdk#1461). Such a file is deleted, so
 * that it cannot come later beside another. Throws a retryable error where that may pass, or where nobody could look: then
 * the thread is to be asked, when the video may stand there.
 */
export async function shownAs(
  api: SlackApi,
  clock: Clock,
  file: string,
  where: Where,
  since: number,
  { person, signal }: Whose,
): Promise<string | null> {
  let isMissing = false
  for (const [look, wait] of looksAfter.entries()) {
    await clock.sleep(wait, signal)
    const isEarly = look < atTheFileAlone
    if (signal.aborted && isEarly) return ''
    const until = signal.aborted ? AbortSignal.timeout(lastLookMilliseconds) : signal
    const aside: Whose = { person, operation: null, signal: until }
    try {
      const told = await toldOf(api, file, where, aside)
      const ts = told ?? (isEarly ? null : await seenIn(api, file, where, since, aside))
      if (ts !== null) return ts
      isMissing = true
    } catch (thrown) {
      // Who may not look takes Slack's word for it, and at first also who would take a turn from somebody who waits.
      const { code, retryable } = asSlackError(thrown)
      if (!retryable || isForAdmins(thrown) || (isEarly && code === 'busy')) return ''
      isMissing = false
    }
    if (signal.aborted) break
  }
  if (!isMissing) throw later('slack: nobody could see whether the video is there', undefined, appearsWithinSeconds)
  return (await isGone(() => api.client.files.delete({ file }))) ? null : ''
}

/** The ts of the file's message in that place, as the file tells; null where it tells of none. Throws Slack's own errors. */
async function toldOf(api: SlackApi, id: string, { channel }: Where, whose: Whose): Promise<string | null> {
  const { file } = await api.inTurn('files.info', 'aside', whose, () => api.client.files.info({ file: id }))
  const shares = { ...file?.shares?.public, ...file?.shares?.private } as Record<string, { ts?: string }[]>
  return shares[channel]?.[0]?.ts ?? null
}

async function seenIn(api: SlackApi, id: string, where: Where, since: number, whose: Whose): Promise<string | null> {
  const found = await findOwn(api, where, since, whose, ({ files }) => files?.some((each) => each.id === id) === true)
  return found?.ts ?? null
}
