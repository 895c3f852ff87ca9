import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openStore } from '../../src/db/open.ts'
import { storeContract } from '../contracts/store.ts'
import { openTestStore, silentLog } from './memory-store.ts'

storeContract('SQLite in memory', async () => {
  const store = await openTestStore()
  return { store, close: () => store.close() }
})

storeContract('SQLite in a file', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'dailies-store-'))
  const store = await openStore(`file:${folder}/made/for/it/dailies.db`, { log: silentLog })
  return {
    store,
    close: async () => {
      await store.close()
      await rm(folder, { recursive: true })
    },
  }
})
