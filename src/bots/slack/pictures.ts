import { VideoError } from '../../core/errors.ts'
import type { Clock } from '../../core/ports/machine.ts'
import type { RemoteImage } from '../../core/request.ts'
import type { SlackApi } from './api.ts'
import type { Whose } from './bucket.ts'
import { asSlackError, slackWord } from './errors.ts'
import type { SlackFile } from './thread.ts'

/** What files are looked at with. */
interface Eyes {
  readonly api: SlackApi
  readonly clock: Clock
}

/**
 * Slack hands a new file out before it has read it, without kind and address: so many milliseconds after one look comes the
 * next. With the looks themselves that fits into the 1.5 seconds that whoever waits for a form has for it.
 */
const looksAgainAfter = [250, 350, 600]

/**
 * The files of a message as images for a request; throws `bad_image` with the sentence that says what to do, retryable where
 * Slack may only need longer than `whose` waits.
 */
export async function picturesOf(
  { api, clock }: Eyes,
  files: readonly SlackFile[],
  whose: Whose,
): Promise<readonly RemoteImage[]> {
  if (files.length === 0) return []
  const whole = await Promise.all(files.map((file) => completed({ api, clock }, file, whose)))
  const pictures = whole.filter((file) => !file.mimetype || file.mimetype.startsWith('image/'))
  if (pictures.length === 0) throw bad('not_an_image')
  const { team } = await api.identity()
  return pictures.map((file) => ({
    kind: 'remote',
    url: file.url_private_download ?? file.url_private ?? '',
    declaredType: file.mimetype ?? null,
    declaredBytes: file.size ?? null,
    name: file.name ?? file.id ?? 'image',
    workspace: `slack:${team}`,
  }))
}

/** Whether a file is a picture that can be used, or may be one that Slack has not read yet. */
export function isPicture(file: SlackFile): boolean {
  return (
    (file.mimetype === '' || file.mimetype?.startsWith('image/') === true) &&
    file.mode !== 'tombstone' &&
    !file.is_external
  )
}

/** The file with its address: of some, Slack Connect's above all, an event brings only the id. */
async function completed({ api, clock }: Eyes, file: SlackFile, whose: Whose): Promise<SlackFile> {
  if (isExternal(file)) throw bad('external', file)
  if (file.mode === 'tombstone' || file.mode === 'hidden_by_limit') throw bad('gone', file)
  if (file.file_access !== 'check_file_info' && file.url_private_download) return file
  let whole = await asked(api, file, whose)
  for (const wait of looksAgainAfter) {
    if (isExternal(whole) || whole.url_private_download || isKept(whole)) break
    await clock.sleep(wait, whose.signal)
    if (whose.signal.aborted) break
    whole = await asked(api, file, whose).catch((thrown: unknown) => {
      // What is known of it counts: Slack had not read it when it was looked at last.
      if (asSlackError(thrown).code === 'busy') return whole
      throw thrown
    })
  }
  if (isExternal(whole)) throw bad('external', whole)
  if (whole.url_private_download) return whole
  throw bad('still_hidden', file, !isKept(whole))
}

/** Whether Slack itself says that we may not see it. */
function isKept({ file_access: access = 'visible', mode = 'hosted' }: SlackFile): boolean {
  return access !== 'visible' || mode === 'tombstone' || mode === 'hidden_by_limit'
}

async function asked(api: SlackApi, file: SlackFile, whose: Whose): Promise<SlackFile> {
  try {
    const answer = await api.inTurn('files.info', 'outcome', whose, () =>
      api.client.files.info({ file: file.id ?? '' }),
    )
    return (answer.file ?? {}) as SlackFile
  } catch (thrown) {
    const word = slackWord(thrown)
    if (word === 'missing_scope') throw bad('login_page', file)
    if (word === 'file_not_found' || word === 'file_deleted') throw bad('gone', file)
    if (word === 'access_denied' || word === 'not_visible') throw bad('still_hidden', file)
    throw asSlackError(thrown)
  }
}

function isExternal(file: SlackFile): boolean {
  return file.is_external === true || file.mode === 'external'
}

function bad(why: string, file?: SlackFile, retryable = false): VideoError {
  const name = file?.title ?? file?.name
  return new VideoError('bad_image', `slack file: ${why}`, { retryable, facts: { why, ...(name ? { name } : {}) } })
}
