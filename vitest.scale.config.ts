import { defineConfig } from 'vitest/config'
import { everyRun } from './vitest.config.ts'

// `npm run test:scale`: the flows, the kills and the budgets, unchanged, on one PostgreSQL and one S3 server; and what only
// several instances can do wrong, in Discord's own time.
export default defineConfig({
  test: {
    ...everyRun,
    include: ['test/{flows,crash}/**/*.test.ts', 'test/money/parallel.test.ts', 'test/scale/limits.test.ts'],
    globalSetup: [...everyRun.globalSetup, 'test/servers.ts'],
  },
})
