import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import type { Operation } from '../../src/core/operation.ts'
import type { OperationStore } from '../../src/core/ports/store.ts'
import { openStore } from '../../src/db/open.ts'
import { inPostgres } from '../../src/db/postgres.ts'
import { booksContract } from '../contracts/books.ts'
import { storeContract } from '../contracts/store.ts'
import { spoilPostgres, startWire } from '../faults/postgres.ts'
import type { Row } from '../faults/table.ts'
import { someRequest } from '../some-request.ts'
import { noLimits, noon, silentLog, someOperation } from './memory-store.ts'
import { type PostgresServer, startPostgres } from './postgres-server.ts'

let server: PostgresServer
beforeAll(async () => {
  server = await startPostgres()
})
afterAll(() => server.close())

async function openOne() {
  const store = await openStore(await server.emptied(), { log: silentLog })
  return { store, close: () => store.close() }
}

storeContract('the store on PostgreSQL', openOne)
booksContract(openOne, 15)

/** So many instances on one database. */
async function instances(count: number, connections = 5): Promise<OperationStore[]> {
  const url = await server.database()
  const stores = await Promise.all(Array.from({ length: count }, () => openStore(url, { log: silentLog, connections })))
  onTestFinished(async () => void (await Promise.all(stores.map((store) => store.close()))))
  return stores
}
const soon = { timeout: 10_000, interval: 20 }
const [day, month] = ['2026-11-22', '2026-11']

describe('a connection that breaks', () => {
  let rows: readonly Row[]
  beforeAll(async () => {
    rows = (await spoilPostgres(await server.database())).rows
  }, 60_000)
  const accepting = (effect: boolean) =>
    rows.filter(({ step, fault }) => step === 'accepting' && fault.endsWith('after the effect') === effect)

  it('before a request is kept: it is refused, and Google is never asked', () => {
    expect(accepting(false)).toHaveLength(2)
    for (const row of accepting(false)) expect(row).toMatchObject({ outcome: 'refused', starts: 0 })
  })

  it('after it was kept, with the answer lost: it is not refused, because it is being made', () => {
    expect(accepting(true)).toHaveLength(2)
    for (const row of accepting(true)) expect(row).toMatchObject({ outcome: 'completed', charge: 'settled', starts: 1 })
  })

  it('later, whatever is being written: it goes on by itself to the one video, started and paid once', () => {
    const later = rows.filter(({ step }) => step !== 'accepting')
    expect(later).toHaveLength(20)
    const paidOnce = { outcome: 'completed', charge: 'settled', starts: 1, video: true }
    expect(later).toEqual(later.map((row) => ({ ...row, ...paidOnce })))
  })
})

describe('a connection that breaks in the middle of two statements as one', () => {
  const audit = { at: noon, admin: 'Ada', workspace: 'w', action: 'approve', subject: 'a', detail: '' }
  const approve = (store: OperationStore) =>
    store.change('a', { hold: 'approval' }, { hold: null, decidedBy: 'Ada' }, { visible: true, audit })

  it.each(['begin', 'update "operations"', 'insert into "audit_trail"'])(
    'at “%s”: the admin is told, nothing of it is kept, the process lives, and the same works a moment later',
    async (statement) => {
      const url = new URL(await server.emptied())
      let armed = false
      const wire = await startWire(Number(url.port), (said) => {
        if (!armed || !said.includes(statement)) return null
        armed = false
        return 'reset before the effect'
      })
      url.port = String(wire.port)
      const uncaught = vi.fn()
      process.on('uncaughtExceptionMonitor', uncaught)
      onTestFinished(() => void process.off('uncaughtExceptionMonitor', uncaught))
      const store = await openStore(url.href, { log: silentLog })
      onTestFinished(async () => {
        await store.close()
        await wire.close()
      })
      await store.insert(someOperation('a', { hold: 'approval' }), noLimits)
      armed = true
      await expect(approve(store)).rejects.toMatchObject({ code: 'storage', retryable: true })
      expect([(await store.get('a'))?.hold, await store.audit(9)]).toEqual(['approval', []])
      expect(await approve(store)).toMatchObject({ hold: null })
      expect(await store.audit(9)).toHaveLength(1)
      expect(uncaught).not.toHaveBeenCalled()
    },
  )
})

describe('several instances on one PostgreSQL', () => {
  it('hand no row to two of eight claimers, and never more than may be at Google', async () => {
    const stores = await instances(8)
    const [first] = stores
    await Promise.all(
      Array.from({ length: 400 }, (_, index) =>
        first?.insert(someOperation(`op${index}`, { requester: `discord:${index % 40}`, charge: 'none' }), noLimits),
      ),
    )
    const claimed: string[] = []
    const claimOnce = async (store: OperationStore, owner: string) => {
      const lease = { owner, now: noon + 1000, until: noon + 60_000 }
      const starts = await store.claimStarts(lease, 7, 300)
      const announcements = await store.claimAnnouncements({ ...lease, now: noon + 30_000 }, 7)
      claimed.push(...starts.map((each) => `start ${each.id}`), ...announcements.map((each) => `announce ${each.id}`))
      return starts.length + announcements.length
    }
    await Promise.all(
      stores.map(async (store, index) => {
        while ((await claimOnce(store, `w${index}`)) > 0);
      }),
    )
    expect(claimed.filter((each) => each.startsWith('start'))).toHaveLength(300)
    expect(claimed.filter((each) => each.startsWith('announce'))).toHaveLength(400)
    expect(new Set(claimed).size).toBe(700)
  })

  it('accept together of 1,000 parallel requests exactly those that fit each limit', async () => {
    const stores = await instances(4)
    const limits = (requester: string) => ({
      spend: [
        { scope: 'requester', key: requester, period: day, limitMicros: 4_000_000 } as const,
        { scope: 'total', key: '', period: month, limitMicros: 20_000_000 } as const,
      ],
      maxInFlight: 3,
      maxSince: null,
    })
    const outcomes = await Promise.all(
      Array.from({ length: 1000 }, async (_, index) => {
        const requester = `discord:${index % 5}`
        const given = someOperation(`op${index}`, { requester, priceMicros: 1_000_000 })
        return (await stores[index % 4]?.insert(given, limits(requester)))?.kind
      }),
    )
    expect(outcomes.filter((kind) => kind === 'created')).toHaveLength(15)
    const spent = await stores[0]?.spent({ scope: 'total', key: '', period: month })
    expect(spent).toBe(15_000_000)
    expect(await stores[0]?.auditBooks()).toEqual([])
  })

  it('add costs beside the price no further than to the budget', async () => {
    const stores = await instances(4)
    await stores[0]?.insert(someOperation('a', { charge: 'none' }), noLimits)
    const limit = { scope: 'total', key: '', period: month, limitMicros: 10 } as const
    const added = await Promise.all(
      Array.from({ length: 40 }, (_, index) => stores[index % 4]?.addCost('a', 3, noon, [limit])),
    )
    expect(added.filter((operation) => operation !== null)).toHaveLength(3)
    expect(await stores[0]?.spent(limit)).toBe(9)
  })

  it('count each other, and tell the threads of a channel from one process, what is late from any', async () => {
    const stores = await instances(2)
    await vi.waitFor(() => expect(stores.map((store) => store.instances())).toEqual([2, 2]), soon)
    const [one, two] = stores
    for (let index = 0; index < 40; index += 1) {
      const thread = `discord:${index % 8}:guild:${index}`
      await one?.insert(someOperation(`op${index}`, { thread, charge: 'none' }), noLimits)
    }
    const claim = async (store: OperationStore | undefined, now: number) =>
      (await store?.claimAnnouncements({ owner: 'w', now, until: now + 1000 }, 100)) ?? []
    const channels = (rows: readonly Operation[]) => new Set(rows.map((row) => row.thread?.split(':')[1]))
    const [ofOne, ofTwo] = [await claim(one, noon), await claim(two, noon)]
    expect(ofOne.length + ofTwo.length).toBe(40)
    expect(channels(ofOne).size + channels(ofTwo).size).toBe(8)
    expect(await claim(one, noon + 20_000)).toHaveLength(40)
    await two?.close()
    await vi.waitFor(() => expect(one?.instances()).toBe(1), soon)
  })

  it('leave all threads to those that have front ends: a command at the terminal takes none', async () => {
    const url = await server.emptied()
    const service = await openStore(url, { log: silentLog })
    const command = await openStore(url, { log: silentLog, tells: false })
    await vi.waitFor(() => expect([service.instances(), command.instances()]).toEqual([2, 2]), soon)
    for (let index = 0; index < 8; index += 1) {
      await command.insert(
        someOperation(`op${index}`, { thread: `discord:${index}:guild:1`, charge: 'none' }),
        noLimits,
      )
    }
    expect(await service.claimAnnouncements({ owner: 'w', now: noon, until: noon + 1000 }, 100)).toHaveLength(8)
    await Promise.all([service.close(), command.close()])
  })

  it('hear of each other’s changes that a person can see, and of their own once', async () => {
    const [one, two] = await instances(2)
    if (!one || !two) throw new Error('two stores')
    await one.insert(someOperation('probe'), noLimits)
    const heard = { one: [] as string[], two: [] as string[] }
    const note = (list: string[]) => (operation: Operation) => void list.push(`${operation.id} ${operation.version}`)
    one.subscribe(note(heard.one))
    two.subscribe(note(heard.two))
    // Each connection that listens is there some moment after its store.
    await vi.waitFor(async () => {
      await one.change('probe', {}, { attempts: 1 }, { visible: true })
      expect(heard.two.length).toBeGreaterThan(0)
    }, soon)
    heard.one.length = 0
    await vi.waitFor(async () => {
      await two.change('probe', {}, { attempts: 2 }, { visible: true })
      expect(heard.one.length).toBeGreaterThan(0)
    }, soon)
    heard.one.length = 0
    await one.insert(someOperation('a'), noLimits)
    await one.change('a', {}, { attempts: 1 })
    await one.change('a', {}, {}, { visible: true })
    await vi.waitFor(() => expect(heard.two.at(-1)).toBe('a 1'), soon)
    await two.change('a', {}, {}, { visible: true })
    await vi.waitFor(() => expect(heard.one.at(-1)).toBe('a 2'), soon)
    // A row is told in its newest state: of two quick changes the first may be passed over, never the last.
    expect(heard.one.filter((each) => each.startsWith('a'))).toEqual(['a 0', 'a 0', 'a 1', 'a 2'])
  })
})

describe('PostgreSQL', () => {
  it('may go away and come back: what is asked meanwhile is refused as passing, and nothing told is lost', async () => {
    const [one, two] = await instances(2)
    if (!one || !two) throw new Error('two stores')
    await one.insert(someOperation('before'), noLimits)
    await server.stop()
    const asked = [one.get('before'), one.insert(someOperation('lost'), noLimits), one.ping()]
    const refusal = { status: 'rejected', reason: { name: 'VideoError', code: 'storage', retryable: true } }
    expect(await Promise.allSettled(asked)).toMatchObject([refusal, refusal, refusal])
    await server.start()
    await vi.waitFor(() => one.ping(), soon)
    expect(await one.get('before')).toMatchObject({ id: 'before' })
    const heard: string[] = []
    two.subscribe((operation) => heard.push(operation.id))
    await vi.waitFor(async () => {
      await one.change('before', {}, {}, { visible: true })
      expect(heard).toContain('before')
    }, soon)
  })

  it('says nothing of a row’s content when it refuses one', async () => {
    const { store, close } = await openOne()
    const orphan = someOperation('a', { parentId: 'nobody', request: someRequest({ prompt: 'between us' }) })
    const refusal = await store.insert(orphan, noLimits).catch((thrown: unknown) => thrown)
    expect(refusal).toMatchObject({ code: 'storage', retryable: false })
    const { cause, message } = refusal as Error
    expect(JSON.stringify([message, String(cause), cause])).not.toContain('between us')
    await close()
  })

  it('keeps any text that a person can write', async () => {
    const { store, close } = await openOne()
    await store.insert(someOperation('a', { requesterName: 'An\0na ’🦁 $1 ?' }), noLimits)
    expect((await store.get('a'))?.requesterName).toBe('Anna ’🦁 $1 ?')
    await close()
  })

  it('gets Drizzle’s SQL with its own parameters and conflict targets', () => {
    const given = 'insert into "a" ("b") values (?, ?) on conflict ("a"."b") do nothing'
    expect(inPostgres(given)).toBe('insert into "a" ("b") values ($1, $2) on conflict ("b") do nothing')
  })

  it('never repeats a password when it cannot be reached', async () => {
    const refusal = await openStore('postgres://u:a-secret@127.0.0.1:1/x', { log: silentLog }).catch((thrown) => thrown)
    expect(refusal).toMatchObject({ name: 'VideoError', code: 'storage', retryable: true })
    expect(String(refusal)).not.toContain('a-secret')
  })
})
