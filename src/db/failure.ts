import { VideoError } from '../core/errors.ts'

/** These pass by themselves or when their cause goes: another process writes, the disk is full or away. */
const passing = ['SQLITE_BUSY', 'SQLITE_LOCKED', 'SQLITE_FULL', 'SQLITE_IOERR', 'SQLITE_READONLY', 'SQLITE_CANTOPEN']
/** After these nothing in the same transaction can be trusted to be kept. */
const fatal = [...passing, 'SQLITE_NOMEM', 'SQLITE_CORRUPT', 'SQLITE_NOTADB', 'SQLITE_INTERRUPT']

function codeOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return ''
  if ('code' in thrown && typeof thrown.code === 'string') return thrown.code
  return codeOf(thrown.cause)
}

function isOneOf(codes: readonly string[], thrown: unknown): boolean {
  const code = codeOf(thrown)
  return codes.some((each) => code === each || code.startsWith(`${each}_`))
}

/** Whether somebody else holds the database just now. */
export function isBusy(thrown: unknown): boolean {
  return isOneOf(['SQLITE_BUSY', 'SQLITE_LOCKED'], thrown)
}

/** Whether what lies there is damaged, or no database at all. */
export function isDamaged(thrown: unknown): boolean {
  return isOneOf(['SQLITE_CORRUPT', 'SQLITE_NOTADB'], thrown)
}

/** Whether a failed statement puts the whole transaction around it in doubt. */
export function isFatal(thrown: unknown): boolean {
  return isOneOf(fatal, thrown)
}

/** What the database threw, as VideoError `storage` with its cause; retryable where the trouble can pass. `path`: where it lies, if known. */
export function storageError(thrown: unknown, path = ''): VideoError {
  if (thrown instanceof VideoError) return thrown
  const message = thrown instanceof Error ? thrown.message : String(thrown)
  const retryable = isOneOf(passing, thrown)
  return new VideoError('storage', `the database ${path ? `${path} ` : ''}failed: ${message}`, {
    retryable,
    cause: thrown,
  })
}
