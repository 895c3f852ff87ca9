import { configDefaults, defineConfig } from 'vitest/config'
import { chromiumPath, withoutChromium } from './test/page/chromium.ts'
import { LongestFirst } from './test/sequence.ts'
import { tally } from './test/tally.ts'

// Said aloud, not only left out: a run without a browser shows less.
if (chromiumPath === null) process.stdout.write(`${withoutChromium}\n`)

/** How every run goes, wherever its installations keep what they keep. */
export const everyRun = {
  globalSetup: ['test/page/build.ts'],
  testTimeout: 90_000,
  hookTimeout: 90_000,
  // Cases beside each other mostly wait for other processes.
  maxConcurrency: 8,
  // Many files wait for other processes; two cores are kept busy by four at once.
  maxWorkers: 4,
  // A worker keeps for the next file what it loaded for the last: to load it anew took a third as long as the tests.
  isolate: false,
  execArgv: ['--import', new URL('./test/hastened.js', import.meta.url).href],
  sequence: { sequencer: LongestFirst },
  reporters: ['default', tally((text) => process.stdout.write(text))],
}

export default defineConfig({
  test: {
    ...everyRun,
    include: ['test/**/*.test.ts'],
    // The latter takes as long as Discord's own limits: `npm run test:scale`.
    exclude: [
      ...configDefaults.exclude,
      'test/scale/limits.test.ts',
      ...(chromiumPath === null ? ['test/page/browser/**'] : []),
    ],
    coverage: { provider: 'v8', include: ['src/**/*.ts'], reporter: ['text-summary', 'text'] },
  },
})
