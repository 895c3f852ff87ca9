import { configDefaults, defineConfig } from 'vitest/config'
import { chromiumPath, withoutChromium } from './test/page/chromium.ts'
import { tally } from './test/tally.ts'

// Said aloud, not only left out: a run without a browser shows less.
if (chromiumPath === null) process.stdout.write(`${withoutChromium}\n`)

/** How every run goes, wherever its installations keep what they keep. */
export const everyRun = {
  globalSetup: ['test/page/build.ts'],
  testTimeout: 90_000,
  hookTimeout: 90_000,
  // The restart flows mostly wait for leases to run out.
  maxConcurrency: 8,
  // Many files wait for other processes; two cores are kept busy by three at once.
  maxWorkers: 3,
  reporters: ['default', tally((text) => process.stdout.write(text))],
}

export default defineConfig({
  test: {
    ...everyRun,
    include: ['test/**/*.test.ts'],
    exclude: [...configDefaults.exclude, ...(chromiumPath === null ? ['test/page/browser/**'] : [])],
    coverage: { provider: 'v8', include: ['src/**/*.ts'], reporter: ['text-summary', 'text'] },
  },
})
