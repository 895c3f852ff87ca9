import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { VideoError } from '../../src/core/errors.ts'
import { followOthers } from '../../src/db/elsewhere.ts'
import type { Engine } from '../../src/db/engine.ts'
import { alone } from '../../src/db/presence.ts'
import { openSqlite } from '../../src/db/sqlite.ts'
import { createStore } from '../../src/db/store.ts'
import { noLimits, silentLog, someOperation } from './memory-store.ts'

beforeEach(() => {
  // The database itself needs the event loop as it is.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
})
afterEach(() => {
  vi.useRealTimers()
})

/** What is told of three Operations by others, while the database answers only every second time. */
async function following() {
  const engine = openSqlite(':memory:')
  const store = createStore(engine, alone, silentLog)
  for (const id of ['a', 'b', 'c']) await store.insert(someOperation(id, { createdAt: Date.now() }), noLimits)
  let [asked, listening] = [0, true]
  const stumble = () => {
    asked += 1
    if (asked % 2 === 1) throw new VideoError('storage', 'the connection is gone', { retryable: true })
  }
  let hear: (id: string | null) => void = () => {}
  const stumbling: Engine = {
    ...engine,
    onChangeElsewhere: (listener) => {
      hear = listener
    },
    read: async (...given) => {
      stumble()
      return engine.read(...given)
    },
  }
  const told: string[] = []
  const get = async (id: string) => {
    stumble()
    return store.get(id)
  }
  followOthers(
    stumbling,
    get,
    () => listening,
    ({ id }) => void told.push(id),
    silentLog,
  )
  return {
    told,
    hear: (id: string | null) => hear(id),
    leave: () => {
      listening = false
    },
    asked: () => asked,
    close: () => store.close(),
  }
}

it('what changed elsewhere is told late where the database stumbles, and once', async () => {
  const { told, hear, close } = await following()
  for (const id of ['a', 'b', 'c']) hear(id)
  await vi.advanceTimersByTimeAsync(10_000)
  expect(told.toSorted()).toEqual(['a', 'b', 'c'])
  await close()
})

it('what may have been missed is told late where the database stumbles', async () => {
  const { told, hear, close } = await following()
  hear(null)
  await vi.advanceTimersByTimeAsync(10_000)
  expect(told.toSorted()).toEqual(['a', 'b', 'c'])
  await close()
})

it('nothing is looked at again once nobody listens', async () => {
  const { told, hear, leave, asked, close } = await following()
  hear(null)
  leave()
  await vi.advanceTimersByTimeAsync(10_000)
  expect({ told, asked: asked() }).toEqual({ told: [], asked: 1 })
  await close()
})
