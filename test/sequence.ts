import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** The files that take longest, the longest first; those that keep a processor busy beside those that mostly wait. */
const longest = [
  'test/crash/web.test.ts',
  'test/flows/slack-holds.test.ts',
  'test/crash/slack.test.ts',
  'test/page/browser/conversation.test.ts',
  'test/crash/discord.test.ts',
  'test/faults/google.test.ts',
  'test/page/browser/',
  'test/scale/',
  'test/flows/slack.test.ts',
  'test/load/',
  'test/faults/chats.test.ts',
  'test/db/postgres.test.ts',
  'test/flows/slack-kill.test.ts',
  'test/files/s3.test.ts',
  'test/flows/',
  'test/faults/',
  'test/slack/waiting.test.ts',
]

/**
 * Lets the longest files begin first, so that nothing long is left over when all else is done. Vitest does so itself where
 * it remembers an earlier run; a clean checkout remembers none, and these files are short to read.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    return sorted.toSorted((one, other) => placeOf(one) - placeOf(other))
  }
}

function placeOf({ moduleId }: TestSpecification): number {
  const place = longest.findIndex((each) => moduleId.includes(each))
  return place < 0 ? longest.length : place
}
