import { defineConfig } from 'vitest/config'
import { everyRun } from './vitest.config.ts'

// `npm run test:scale`: the flows, the kills and the money, unchanged, on one PostgreSQL and one S3 server.
export default defineConfig({
  test: {
    ...everyRun,
    include: ['test/{flows,crash,discord,slack,money}/**/*.test.ts'],
    globalSetup: [...everyRun.globalSetup, 'test/servers.ts'],
  },
})
