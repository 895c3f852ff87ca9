import { defineConfig } from 'vitest/config'
import { everyRun } from './vitest.config.ts'

// `npm run test:scale`: the flows, the kills and the budgets, unchanged, on one PostgreSQL and one S3 server.
export default defineConfig({
  test: {
    ...everyRun,
    include: ['test/{flows,crash}/**/*.test.ts', 'test/money/parallel.test.ts'],
    globalSetup: [...everyRun.globalSetup, 'test/servers.ts'],
  },
})
