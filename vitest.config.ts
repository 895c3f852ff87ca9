import { defineConfig } from 'vitest/config'
import { tally } from './test/tally.ts'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // The restart flows mostly wait for leases to run out.
    maxConcurrency: 8,
    reporters: ['default', tally((text) => process.stdout.write(text))],
    coverage: { provider: 'v8', include: ['src/**/*.ts'], reporter: ['text-summary', 'text'] },
  },
})
