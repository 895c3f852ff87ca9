import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { Operations, type RehearsedOperation } from '../../src/rehearsal/operations.ts'

it('of two rehearsals in one folder each knows what the other has begun, and nothing outside of it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'dailies-beside-'))
  const service = await Operations.open(folder)
  const terminal = await Operations.open(folder)
  const begun = { id: terminal.newId(), startedAt: 1, readyAt: Date.now() } as RehearsedOperation
  await terminal.put(begun)
  expect(service.get(begun.id)).toEqual(begun)
  expect(service.get('neverbegun')).toBeNull()
  expect(service.get(`../operations/${begun.id}`)).toBeNull()
  await rm(folder, { recursive: true })
})
