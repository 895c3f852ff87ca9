import type { ErrorCode } from './errors.ts'
import type { Operation } from './operation.ts'

/** How long Google keeps a finished video, in milliseconds: two days. */
export const keptMilliseconds = 48 * 3_600_000
/** After that, asking for it and fetching it is pointless. */
export const fetchWithinMilliseconds = keptMilliseconds - 3_600_000

/** Codes under which Google may hold the paid video all the same. */
const doubtful: ReadonlySet<ErrorCode> = new Set([
  'unreachable',
  'timed_out',
  'lost_operation',
  'bad_video',
  'storage',
  'internal',
])

type Ended = Pick<Operation, 'handle' | 'errorCode' | 'errorFacts' | 'startedAt'>

/** Whether it ended without anybody knowing that Google made no video of it. */
export function isDoubtful({ handle, errorCode }: Ended): boolean {
  return handle !== null && errorCode !== null && doubtful.has(errorCode)
}

/** Whether Google may have its video still, which was finished after it began, so that looking again is free and starting anew could pay twice. */
export function mayBeKept(operation: Ended, now: number): boolean {
  const { errorFacts, startedAt } = operation
  return isDoubtful(operation) && errorFacts.gone === undefined && now - (startedAt ?? 0) <= keptMilliseconds
}

/** Whether an ending means that Google itself does not have it: works were unknown to it for days, and then there again. */
export function saysGone({ errorCode, errorFacts }: Pick<Operation, 'errorCode' | 'errorFacts'>): boolean {
  return errorCode === 'lost_operation' || (errorCode === 'bad_video' && errorFacts.why === 'gone')
}
