import type { Operation } from '../../src/core/operation.ts'

/** Only between the record of the start and Google's name for it can nobody know; everything else goes on to its video. */
export function judgeInterruption({ errorCode, startingAt, handle }: Operation): string[] {
  if (errorCode !== 'interrupted') return []
  if (startingAt === null) return ['it was interrupted before Google could have been asked']
  return handle === null ? [] : ['it was interrupted although Google had named it']
}
