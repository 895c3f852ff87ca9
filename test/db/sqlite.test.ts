import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { changer } from '../../src/db/change.ts'
import type { Engine } from '../../src/db/engine.ts'
import { openStore } from '../../src/db/open.ts'
import { openSqlite } from '../../src/db/sqlite.ts'
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

it('has a look that found nothing new wait for no disk: it would be found out again', async () => {
  const engine = openSqlite(':memory:')
  const written: string[] = []
  const as = (how: string) => async () => {
    written.push(how)
    return []
  }
  const change = changer({ ...engine, write: as('synced'), writePassing: as('passing') } as Engine)
  await change('a', {}, { dueAt: 1, attempts: 0, errorFacts: {} }, { visible: true, releaseLease: true })
  await change('a', {}, { status: 'error', errorCode: 'timed_out', errorFacts: {} })
  expect(written).toEqual(['passing', 'synced'])
  await engine.close()
})
