import { afterAll, beforeAll } from 'vitest'
import { openStore } from '../../src/db/open.ts'
import { storeContract } from '../contracts/store.ts'
import { silentLog } from './memory-store.ts'
import { type PostgresServer, startPostgres } from './postgres-server.ts'

let server: PostgresServer
beforeAll(async () => {
  server = await startPostgres()
})
afterAll(() => server.close())

storeContract('the store on PostgreSQL', async () => {
  const store = await openStore(await server.database(), { log: silentLog })
  return { store, close: () => store.close() }
})
