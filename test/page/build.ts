import { openPage } from '../../src/bots/web/built-page.ts'
import type { Log } from '../../src/core/ports/machine.ts'

const quiet: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

/** Builds the page once, if its sources changed, so that not every service that the tests start does. */
export async function setup(): Promise<void> {
  // Where it cannot be built, the tests that need it say so; the others need not care.
  await openPage(quiet)
    .folder()
    .catch(() => undefined)
}
