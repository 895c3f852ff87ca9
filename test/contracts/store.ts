import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { VideoError } from '../../src/core/errors.ts'
import { keptUntil, type Operation } from '../../src/core/operation.ts'
import type { InsertLimits, NewOperation, OperationStore } from '../../src/core/ports/store.ts'
import { noLimits, noon, someOperation } from '../db/memory-store.ts'
import { someRequest } from '../some-request.ts'

export interface OpenedStore {
  readonly store: OperationStore
  /** Closes the store and removes what it wrote. */
  readonly close: () => Promise<void>
}

const day = '2026-11-22'
const month = '2026-11'

/** What every OperationStore promises. `open` gives an empty one. */
export function storeContract(name: string, open: () => Promise<OpenedStore>): void {
  describe(name, () => {
    let store: OperationStore
    let close: () => Promise<void>
    beforeEach(async () => {
      const opened = await open()
      store = opened.store
      close = opened.close
    })
    afterEach(() => close())

    async function accept(id: string, given: Partial<NewOperation> = {}): Promise<Operation> {
      const outcome = await store.insert(someOperation(id, given), noLimits)
      if (outcome.kind !== 'created') throw new Error(`not created: ${outcome.kind}`)
      return outcome.operation
    }
    const lease = (owner: string, now = noon, forMilliseconds = 20_000) => ({
      owner,
      now,
      until: now + forMilliseconds,
    })
    const ids = (operations: readonly Operation[]) => operations.map((operation) => operation.id)

    /** As a worker does it: claimed, recorded, named by Google. */
    async function start(id: string, at = noon): Promise<void> {
      await store.change(id, { status: 'pending' }, { startingAt: at })
      const patch = { status: 'processing', handle: `google/${id}`, startedAt: at, dueAt: at } as const
      await store.change(id, { status: 'pending' }, patch, { visible: true, releaseLease: true })
    }
    async function complete(id: string, at = noon + 60_000): Promise<void> {
      const patch = { status: 'completed', charge: 'settled', seenDoneAt: at, finishedAt: at } as const
      const files = { videoFile: `gen_video_${id}.mp4`, posterFile: `gen_video_${id}.jpg`, videoBytes: 1000 }
      await store.change(id, { status: 'processing' }, { ...patch, ...files }, { visible: true })
    }

    describe('accepting', () => {
      it('keeps every field of what was asked', async () => {
        const image = {
          kind: 'saved',
          file: 'uploads/input_1.png',
          mimeType: 'image/png',
          width: 2,
          height: 3,
        } as const
        const given = someOperation('a', {
          request: someRequest({ prompt: "Ein Löwe; drop table 'x' 🦁", firstFrame: image, seed: 7 }),
          relation: null,
          thread: null,
          private: true,
          locale: 'de',
        })
        const told = await store.insert(given, noLimits)
        const kept = await store.get('a')
        expect(told).toEqual({ kind: 'created', operation: kept })
        expect(kept).toMatchObject(given as object)
        expect(kept).toMatchObject({
          status: 'pending',
          version: 0,
          attempts: 0,
          announcedVersion: null,
          leaseUntil: 0,
        })
        expect(kept?.dueAt).toBe(noon)
        expect(await store.getByEventId('discord:a')).toEqual(kept)
        expect(await store.get('b')).toBeNull()
        expect(await store.getByEventId('discord:b')).toBeNull()
      })

      it('makes one Operation of one event, however often and however parallel it comes', async () => {
        const inserts = Array.from({ length: 20 }, (_, index) =>
          store.insert(someOperation(`try${index}`, { eventId: 'discord:same' }), noLimits),
        )
        const outcomes = await Promise.all(inserts)
        expect(outcomes.filter((outcome) => outcome.kind === 'created')).toHaveLength(1)
        const made = outcomes.map((outcome) => ('operation' in outcome ? outcome.operation.id : ''))
        expect(new Set(made).size).toBe(1)
        expect(await store.spent({ scope: 'total', key: '', period: month })).toBe(800_000)
      })

      it('tells an event that is there before it tells of limits', async () => {
        await accept('a')
        const tight: InsertLimits = { ...noLimits, maxInFlight: 0 }
        const outcome = await store.insert(someOperation('b', { eventId: 'discord:a' }), tight)
        expect(outcome).toMatchObject({ kind: 'existing', operation: { id: 'a' } })
      })

      it('accepts of 1,000 parallel requests exactly those that fit a budget', async () => {
        const limit = { scope: 'total', key: '', period: month, limitMicros: 10_000_000 } as const
        const outcomes = await Promise.all(
          Array.from({ length: 1000 }, (_, index) =>
            store.insert(someOperation(`op${index}`, { requester: `discord:${index % 7}`, priceMicros: 1_000_000 }), {
              ...noLimits,
              spend: [limit],
            }),
          ),
        )
        const kinds = outcomes.map((outcome) => outcome.kind)
        expect(kinds.filter((kind) => kind === 'created')).toHaveLength(10)
        expect(kinds.filter((kind) => kind === 'over_budget')).toHaveLength(990)
        expect(outcomes.find((outcome) => outcome.kind === 'over_budget')).toEqual({
          kind: 'over_budget',
          limit,
          spentMicros: 10_000_000,
        })
        expect(await store.spent(limit)).toBe(10_000_000)
        expect(await store.auditBooks()).toEqual([])
      })

      it('keeps each budget of several: of the person, the workspace, the installation', async () => {
        const limits: InsertLimits = {
          ...noLimits,
          spend: [
            { scope: 'requester', key: 'discord:anna', period: day, limitMicros: 1_600_000 },
            { scope: 'workspace', key: 'discord:guild', period: month, limitMicros: 2_400_000 },
            { scope: 'total', key: '', period: month, limitMicros: 9_000_000 },
          ],
        }
        const insert = (id: string, requester: string) =>
          store.insert(someOperation(id, { requester }), {
            ...limits,
            spend: limits.spend.map((each) => (each.scope === 'requester' ? { ...each, key: requester } : each)),
          })
        expect((await insert('a1', 'discord:anna')).kind).toBe('created')
        expect((await insert('a2', 'discord:anna')).kind).toBe('created')
        expect(await insert('a3', 'discord:anna')).toMatchObject({ kind: 'over_budget', limit: { scope: 'requester' } })
        expect((await insert('b1', 'discord:ben')).kind).toBe('created')
        expect(await insert('b2', 'discord:ben')).toMatchObject({
          kind: 'over_budget',
          limit: { scope: 'workspace' },
          spentMicros: 2_400_000,
        })
      })

      it('accepts nobody more than so many unfinished, and counts again once one is finished', async () => {
        const limits: InsertLimits = { ...noLimits, maxInFlight: 2 }
        const outcomes = await Promise.all(
          Array.from({ length: 50 }, (_, index) => store.insert(someOperation(`op${index}`), limits)),
        )
        expect(outcomes.filter((outcome) => outcome.kind === 'created')).toHaveLength(2)
        expect(outcomes.filter((outcome) => outcome.kind !== 'created')[0]).toEqual({
          kind: 'too_many_in_flight',
          limit: 2,
        })
        const first = outcomes.flatMap((outcome) => (outcome.kind === 'created' ? [outcome.operation.id] : []))[0]
        await store.change(
          first ?? '',
          {},
          { status: 'error', errorCode: 'cancelled', charge: 'released', finishedAt: noon },
        )
        expect((await store.insert(someOperation('next'), limits)).kind).toBe('created')
        expect((await store.insert(someOperation('ben', { requester: 'discord:ben' }), limits)).kind).toBe('created')
      })

      it('accepts nobody more than so many since a time', async () => {
        const limits: InsertLimits = { ...noLimits, maxSince: { count: 2, since: noon - 1000 } }
        await accept('old', { createdAt: noon - 1001 })
        expect((await store.insert(someOperation('a'), limits)).kind).toBe('created')
        expect((await store.insert(someOperation('b'), limits)).kind).toBe('created')
        expect(await store.insert(someOperation('c'), limits)).toEqual({ kind: 'too_many_today', limit: 2 })
      })

      it('keeps its neighbours when one of several parallel writes is impossible', async () => {
        const settled = await Promise.allSettled([
          store.insert(someOperation('a'), noLimits),
          store.insert(someOperation('orphan', { parentId: 'nobody' }), noLimits),
          store.insert(someOperation('b'), noLimits),
        ])
        expect(settled.map((each) => each.status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
        const failure = settled[1]?.status === 'rejected' ? (settled[1].reason as VideoError) : null
        expect(failure).toMatchObject({ name: 'VideoError', code: 'storage', retryable: false })
        expect(failure?.cause).toBeDefined()
        expect([await store.get('a'), await store.get('orphan'), await store.get('b')].map((each) => each?.id)).toEqual(
          ['a', undefined, 'b'],
        )
        expect(await store.ledger(0, 10)).toHaveLength(2)
        expect(await store.auditBooks()).toEqual([])
      })
    })

    describe('changing', () => {
      it('changes only under its condition, and only along the transition table', async () => {
        await accept('a')
        expect(await store.change('a', { status: 'processing' }, { attempts: 5 })).toBeNull()
        expect(await store.change('a', {}, { status: 'completed' })).toBeNull()
        expect(await store.change('nobody', {}, { attempts: 5 })).toBeNull()
        expect(await store.change('a', { leaseOwner: 'w1' }, { attempts: 5 })).toBeNull()
        expect(await store.change('a', { hold: 'approval' }, { attempts: 5 })).toBeNull()
        expect(await store.change('a', { hold: null, notStarting: true }, { startingAt: noon })).not.toBeNull()
        expect(await store.change('a', { notStarting: true }, { startingAt: noon + 1 })).toBeNull()
        expect(await store.change('a', { startingAt: noon + 1 }, { attempts: 5 })).toBeNull()
        expect(await store.change('a', { startingAt: noon }, { attempts: 0 })).not.toBeNull()
        expect(await store.get('a')).toMatchObject({ attempts: 0, status: 'pending', startingAt: noon })
        expect(await store.change('a', { wanted: true }, { errorFacts: { unwanted: 1 } })).not.toBeNull()
        expect(await store.change('a', { wanted: true }, { attempts: 5 })).toBeNull()
        await start('a')
        await complete('a')
        expect(await store.change('a', {}, { status: 'error', errorCode: 'internal' })).toBeNull()
        expect(await store.change('a', {}, { status: 'processing' })).toBeNull()
        expect((await store.get('a'))?.status).toBe('completed')
        expect(await store.change('a', { notRemoved: true }, { removedAt: noon })).not.toBeNull()
        expect(await store.change('a', { notRemoved: true }, { suggestion: 'a lion' })).toBeNull()
        expect(await store.change('a', { notRetired: true }, { retiredAt: noon })).not.toBeNull()
        expect(await store.change('a', { notRetired: true }, { deliveredAt: null })).toBeNull()
      })

      it('takes a timed out Operation back into work', async () => {
        await accept('a')
        await start('a')
        await store.change('a', {}, { status: 'error', errorCode: 'timed_out', finishedAt: noon })
        const again = await store.change(
          'a',
          { status: 'error' },
          { status: 'processing', errorCode: null, finishedAt: null },
        )
        expect(again).toMatchObject({ status: 'processing', errorCode: null, finishedAt: null })
        expect(await store.auditBooks()).toEqual([])
      })

      it('counts visible changes only', async () => {
        await accept('a')
        await store.change('a', {}, { attempts: 1 })
        expect((await store.get('a'))?.version).toBe(0)
        const seen = await store.change('a', {}, {}, { visible: true })
        expect(seen?.version).toBe(1)
      })

      it('keeps what it is given and leaves the rest', async () => {
        await accept('a')
        await store.change('a', {}, { errorFacts: { code: 'x', number: 3 }, decidedBy: 'Ben', sourceUri: 'https://a' })
        await store.change('a', {}, { sourceUri: null, attempts: 2 })
        expect(await store.get('a')).toMatchObject({
          errorFacts: { code: 'x', number: 3 },
          decidedBy: 'Ben',
          sourceUri: null,
          attempts: 2,
        })
      })

      it('tells subscribers after the change is kept, and no longer once they stop', async () => {
        const heard: string[] = []
        const stop = store.subscribe((operation) => heard.push(`${operation.id} ${operation.version}`))
        store.subscribe(() => {
          throw new Error('a broken listener')
        })
        await accept('a')
        await store.change('a', {}, {}, { visible: true })
        await store.change('a', { status: 'processing' }, {}, { visible: true })
        stop()
        await store.change('a', {}, {}, { visible: true })
        expect(heard).toEqual(['a 0', 'a 1'])
      })
    })

    describe('claiming starts', () => {
      it('gives one of each requester before a second of anyone', async () => {
        for (let index = 0; index < 5; index += 1) await accept(`anna${index}`)
        await accept('ben0', { requester: 'discord:ben' })
        await accept('cleo0', { requester: 'discord:cleo' })
        await accept('ben1', { requester: 'discord:ben' })
        expect(ids(await store.claimStarts(lease('w'), 10, 10))).toEqual([
          'anna0',
          'ben0',
          'cleo0',
          'anna1',
          'ben1',
          'anna2',
          'anna3',
          'anna4',
        ])
      })

      it('lets a newcomer in soon, and starves nobody behind newcomers', async () => {
        for (let index = 0; index < 6; index += 1) await accept(`anna${index}`)
        for (const id of ids(await store.claimStarts(lease('w'), 3, 3))) await start(id)
        for (const id of ['anna0', 'anna1', 'anna2']) await complete(id)
        // Before each start a newcomer arrives: the queue never runs dry of them, and Anna still gets on.
        const order: string[] = []
        for (let round = 0; round < 6; round += 1) {
          await accept(`new${round}`, { requester: `discord:new${round}` })
          const [next] = await store.claimStarts(lease('w'), 1, 100)
          if (!next) throw new Error('nothing to claim')
          await start(next.id)
          order.push(next.id)
        }
        expect(order).toEqual(['anna3', 'new0', 'anna4', 'new1', 'new2', 'anna5'])
      })

      it('never lets more be in flight than allowed, counting what is claimed, starting and processing', async () => {
        for (let index = 0; index < 9; index += 1) await accept(`op${index}`, { requester: `discord:${index}` })
        const [first, second] = await store.claimStarts(lease('w'), 2, 4)
        if (!first || !second) throw new Error('nothing claimed')
        await start(first.id)
        await store.change(second.id, { leaseOwner: 'w' }, { startingAt: noon })
        expect(await store.countInFlight()).toBe(2)
        expect(await store.claimStarts(lease('w'), 9, 2)).toEqual([])
        expect(await store.claimStarts(lease('w'), 9, 4)).toHaveLength(2)
        expect(await store.claimStarts(lease('w'), 9, 4)).toEqual([])
      })

      it.each([1, 0])('hands out one whose worker died while starting, whatever fits at Google (%i)', async (fits) => {
        await accept('a')
        await accept('b')
        await store.claimStarts(lease('dead'), 1, 1)
        await store.change('a', { leaseOwner: 'dead' }, { startingAt: noon })
        expect(await store.claimStarts(lease('w', noon + 1000), 5, fits)).toEqual([])
        const claimed = await store.claimStarts(lease('w', noon + 20_000), 5, fits)
        expect(claimed).toMatchObject([{ id: 'a', startingAt: noon, leaseOwner: 'w' }])
      })

      it('leaves out what is held, not yet due again, or leased', async () => {
        await accept('held', { hold: 'approval' })
        await accept('later')
        await store.change('later', {}, { dueAt: noon + 5000 })
        await accept('now')
        expect(ids(await store.claimStarts(lease('w1'), 5, 5))).toEqual(['now'])
        expect(await store.claimStarts(lease('w2'), 5, 5)).toEqual([])
        expect(ids(await store.claimStarts(lease('w2', noon + 5000), 5, 5))).toEqual(['later'])
      })

      it('queues what is let go behind what came before, not behind everybody', async () => {
        await accept('held', { hold: 'approval', requester: 'discord:ben' })
        for (let index = 0; index < 3; index += 1) await accept(`anna${index}`)
        expect(await store.queuePosition('held')).toBeNull()
        await store.change('held', { hold: 'approval' }, { hold: null, decidedBy: 'Ada' }, { visible: true })
        expect(await store.queuePosition('held')).toBeLessThanOrEqual(1)
        expect(await store.queuePosition('anna2')).toBe(3)
        expect(ids(await store.claimStarts(lease('w'), 2, 9))).toContain('held')
      })

      it('hands a lease on once it has run out, unless it was renewed or given back', async () => {
        await accept('a')
        await store.claimStarts(lease('w1'), 1, 9)
        await store.renew('advance', ['a'], lease('w1', noon + 10_000))
        await store.renew('advance', ['a'], lease('stranger', noon + 10_000, 900_000))
        expect(await store.claimStarts(lease('w2', noon + 29_999), 1, 9)).toEqual([])
        expect(await store.claimStarts(lease('w2', noon + 30_000), 1, 9)).toHaveLength(1)
        expect(await store.change('a', { leaseOwner: 'w1' }, { attempts: 1 })).toBeNull()
        await store.change('a', { leaseOwner: 'w2' }, {}, { releaseLease: true })
        expect(await store.claimStarts(lease('w3', noon + 30_001), 1, 9)).toHaveLength(1)
      })

      it('hands no row to two workers at once', async () => {
        await Promise.all(
          Array.from({ length: 200 }, (_, index) => accept(`op${index}`, { requester: `discord:${index % 9}` })),
        )
        const claims = await Promise.all(
          Array.from({ length: 40 }, (_, index) => store.claimStarts(lease(`w${index}`), 7, 1000)),
        )
        const claimed = claims.flat().map((operation) => operation.id)
        expect(claimed).toHaveLength(200)
        expect(new Set(claimed).size).toBe(200)
      })
    })

    describe('claiming checks', () => {
      it('gives what is due, longest due first, one lease at a time', async () => {
        for (const [id, at] of [
          ['a', noon + 300],
          ['b', noon + 100],
          ['c', noon + 900],
        ] as const) {
          await accept(id)
          await start(id, at)
        }
        expect(ids(await store.claimChecks(lease('w1', noon + 500), 10))).toEqual(['b', 'a'])
        expect(await store.claimChecks(lease('w2', noon + 500), 10)).toEqual([])
        expect(ids(await store.claimChecks(lease('w2', noon + 1000), 10))).toEqual(['c'])
        expect(ids(await store.claimChecks(lease('w2', noon + 20_500), 1))).toEqual(['b'])
      })
    })

    describe('claiming announcements', () => {
      it('gives threads that are behind and due, outcomes first, beside the other lease', async () => {
        await accept('waiting')
        await accept('terminal', { thread: null })
        await accept('later', { announceDueAt: noon + 5000 })
        await accept('failed', { createdAt: noon + 1, announceDueAt: noon + 1 })
        await store.change('failed', {}, { status: 'error', errorCode: 'cancelled' }, { visible: true })
        expect(await store.claimStarts(lease('w', noon + 10), 9, 9)).not.toEqual([])
        expect(ids(await store.claimAnnouncements(lease('w', noon + 10), 9))).toEqual(['failed', 'waiting'])
        expect(await store.claimAnnouncements(lease('w2', noon + 10), 9)).toEqual([])
      })

      it('gives nothing of what a front end is about to post itself, whatever changes meanwhile, until it has or is late', async () => {
        await accept('theirs', { announceDueAt: noon + 10_000 })
        await accept('posted', { announceDueAt: noon + 10_000 })
        await accept('ours', { announceDueAt: noon })
        await store.change('ours', {}, { announceDueAt: noon + 2_000 })
        const ended = { status: 'error', errorCode: 'billing', announceDueAt: noon + 5 } as const
        for (const id of ['theirs', 'posted', 'ours']) await store.change(id, {}, ended, { visible: true })
        const message = { statusMessage: 'answer', announceDueAt: noon + 9 }
        expect(await store.change('posted', { unposted: true }, message)).toMatchObject(message)
        expect(await store.change('posted', { unposted: true }, { statusMessage: 'another' })).toBeNull()
        expect(ids(await store.claimAnnouncements(lease('w', noon + 9_999), 9))).toEqual(['ours', 'posted'])
        expect(ids(await store.claimAnnouncements(lease('w', noon + 10_000), 9))).toEqual(['theirs'])
      })

      it('has nothing to do once the thread shows the newest version, and again after the next change', async () => {
        await accept('a')
        await store.claimAnnouncements(lease('w'), 1)
        const when = { announceLeaseOwner: 'w' }
        expect(await store.change('a', { announceLeaseOwner: 'x' }, { announcedVersion: 0 })).toBeNull()
        await store.change('a', {}, {}, { visible: true })
        await store.change('a', when, { announcedVersion: 0 }, { releaseAnnounceLease: true })
        expect(ids(await store.claimAnnouncements(lease('w'), 1))).toEqual(['a'])
        await store.change('a', when, { announcedVersion: 1 }, { releaseAnnounceLease: true })
        expect(await store.claimAnnouncements(lease('w', noon + 90_000), 1)).toEqual([])
        await store.change('a', {}, {}, { visible: true })
        expect(ids(await store.claimAnnouncements(lease('w', noon + 90_000), 1))).toEqual(['a'])
        await store.renew('announce', ['a'], lease('w', noon + 100_000))
        expect(await store.claimAnnouncements(lease('w2', noon + 115_000), 1)).toEqual([])
        expect(await store.claimAnnouncements(lease('w2', noon + 120_000), 1)).toHaveLength(1)
      })
    })

    describe('what is next', () => {
      it('tells when a check, a retry or the end of a lease is due', async () => {
        expect(await store.nextDueAt('starts', noon)).toBeNull()
        await accept('fresh')
        expect(await store.nextDueAt('starts', noon)).toBeNull()
        await accept('retried')
        await store.change('retried', {}, { dueAt: noon + 9000 })
        expect(await store.nextDueAt('starts', noon)).toBe(noon + 9000)
        expect(await store.nextDueAt('checks', noon)).toBeNull()
        await start('retried', noon + 4000)
        expect(await store.nextDueAt('starts', noon)).toBeNull()
        expect(await store.nextDueAt('checks', noon)).toBe(noon + 4000)
        await store.claimStarts(lease('w', noon, 3000), 1, 9)
        expect(await store.nextDueAt('starts', noon)).toBe(noon + 3000)
        expect(await store.nextDueAt('checks', noon)).toBe(noon + 3000)
      })

      it('tells when a thread is due', async () => {
        expect(await store.nextDueAt('announcements', noon)).toBeNull()
        await accept('a', { announceDueAt: noon + 7000 })
        expect(await store.nextDueAt('announcements', noon)).toBe(noon + 7000)
        await store.claimAnnouncements(lease('w', noon + 7000, 500), 1)
        expect(await store.nextDueAt('announcements', noon + 7000)).toBe(noon + 7500)
        await store.change('a', {}, { announcedVersion: 0 }, { releaseAnnounceLease: true })
        expect(await store.nextDueAt('announcements', noon + 7000)).toBeNull()
      })

      it('gives a rehearsal nothing that is paid for, and does not take its room for that', async () => {
        for (const charge of ['reserved', 'none'] as const)
          for (const each of ['interrupted', 'running', 'queued']) {
            await accept(`${each} ${charge}`, { charge, requester: `discord:${each} ${charge}` })
            if (each === 'running') await start(`${each} ${charge}`)
            if (each === 'interrupted') await store.change(`${each} ${charge}`, {}, { startingAt: noon })
          }
        expect(await Promise.all([store.countInFlight(), store.countInFlight(true)])).toEqual([4, 2])
        expect(await store.claimStarts(lease('w'), 10, 2, true)).toMatchObject([{ id: 'interrupted none' }])
        expect(await store.claimStarts(lease('w'), 10, 3, true)).toMatchObject([{ id: 'queued none' }])
        expect(await store.claimChecks(lease('w'), 10, true)).toMatchObject([{ id: 'running none' }])
        const starts = await store.claimStarts(lease('w'), 10, 10)
        expect(ids(starts).toSorted()).toEqual(['interrupted reserved', 'queued reserved'])
        expect(ids(await store.claimChecks(lease('w'), 10))).toEqual(['running reserved'])
      })

      it('tells the place in the queue', async () => {
        for (const id of ['a', 'b', 'c']) await accept(id, { requester: `discord:${id}` })
        expect(await Promise.all(['a', 'b', 'c', 'nobody'].map((id) => store.queuePosition(id)))).toEqual([
          0,
          1,
          2,
          null,
        ])
        await start('a')
        expect(await Promise.all(['a', 'b', 'c'].map((id) => store.queuePosition(id)))).toEqual([null, 0, 1])
      })
    })

    describe('listing', () => {
      it('pages through everything once, newest first, even while more arrive', async () => {
        for (let index = 0; index < 7; index += 1)
          await accept(`op${index}`, { createdAt: noon + Math.floor(index / 3) })
        const seen: string[] = []
        let cursor: string | null = null
        do {
          const page = await store.list({}, cursor, 3)
          seen.push(...ids(page.operations))
          cursor = page.next
          await accept(`late${seen.length}`, { createdAt: noon + 100 })
        } while (cursor)
        expect(seen).toEqual(['op6', 'op5', 'op4', 'op3', 'op2', 'op1', 'op0'])
      })

      it('filters by every field, together', async () => {
        await accept('a', { request: someRequest({ prompt: 'A Lion 100%_sure, Über Éléphant', model: 'm1' }) })
        await accept('b', { requester: 'discord:ben', workspace: 'slack:t', createdAt: noon + 5 })
        await start('b')
        const found = async (filter: Parameters<OperationStore['list']>[0]) =>
          ids((await store.list(filter, null, 10)).operations)
        expect(await found({ status: 'processing' })).toEqual(['b'])
        expect(await found({ requester: 'discord:anna' })).toEqual(['a'])
        expect(await found({ workspace: 'slack:t' })).toEqual(['b'])
        expect(await found({ model: 'm1' })).toEqual(['a'])
        expect(await found({ since: noon + 1 })).toEqual(['b'])
        expect(await found({ search: 'lion 100%_' })).toEqual(['a'])
        expect(await found({ search: 'über ÉLÉPHANT' })).toEqual(['a'])
        expect(await found({ search: 'l%n' })).toEqual([])
        expect(await found({ search: 'LION', requester: 'discord:ben', status: 'processing' })).toEqual(['b'])
        for (const id of ['c', 'd']) await accept(id, { hold: 'approval', createdAt: noon + 9 })
        await store.change('c', {}, { hold: null })
        await store.change('b', {}, { removedAt: noon, deliveryProblem: 'gone' })
        expect(await found({ deliveryProblem: 'gone' })).toEqual(['b'])
        expect(await found({ hold: 'approval' })).toEqual(['d'])
        expect(await found({ hold: 'approval', requester: 'discord:nobody' })).toEqual([])
        expect(await found({ removed: false })).toEqual(['d', 'c', 'a'])
        await accept('e', { thread: 'slack:t:1', createdAt: noon + 10 })
        await store.change('a', {}, { statusMessage: '1:2' })
        expect(await found({ in: { thread: 'slack:t:1', message: '1:2' } })).toEqual(['e', 'a'])
        expect(
          await found({ in: { thread: 'slack:t:1', message: '1:2' }, status: 'pending', since: noon + 1 }),
        ).toEqual(['e'])
        expect(await found({ in: { thread: 'slack:t', message: '1' } })).toEqual([])
      })

      it.each(['', '!!', 'bm9wZQ', '9'.repeat(300)])('refuses the cursor %j', async (cursor) => {
        await expect(store.list({}, cursor, 3)).rejects.toMatchObject({
          code: 'invalid_request',
          problems: [{ field: 'cursor', rule: 'malformed' }],
        })
      })
    })

    describe('remembering', () => {
      it('tells the life of an Operation in order', async () => {
        await accept('a', { hold: 'approval' })
        await store.change('a', {}, { hold: null, decidedBy: 'Ada' })
        await start('a', noon + 1000)
        await store.change('a', {}, { seenDoneAt: noon + 2000 })
        await complete('a', noon + 2000)
        await store.change('a', {}, { deliveredMessage: 'm1', deliveredAt: noon + 3000, deliveryProblem: 'link_only' })
        await store.change('a', {}, { attempts: 3 })
        expect((await store.history('a')).map(({ what, detail }) => `${what} ${detail}`.trim())).toEqual([
          'pending approval',
          'decided Ada',
          'queued',
          'starting',
          'processing',
          'seen_done',
          'completed',
          'settled 800000',
          'delivered m1',
          'delivery_problem link_only',
        ])
        expect((await store.history('a')).at(-1)?.at).toBe(noon + 3000)
      })

      it('knows the children of an Operation, oldest first', async () => {
        await accept('parent')
        await accept('z', { parentId: 'parent', relation: 'again' })
        await accept('a', { parentId: 'parent', relation: 'extend' })
        expect(ids(await store.children('parent'))).toEqual(['z', 'a'])
        expect(await store.children('a')).toEqual([])
      })

      it('gives the newest generation times', async () => {
        for (const [index, id] of ['a', 'b', 'c'].entries()) {
          await accept(id)
          await start(id, noon)
          await complete(id, noon + 10_000 * (index + 1))
        }
        const timing = { model: 'veo-3.1-fast-generate-preview', resolution: '720p', durationSeconds: 8 }
        expect(await store.timings(2)).toEqual([
          { ...timing, seconds: 30, finishedAt: noon + 30_000 },
          { ...timing, seconds: 20, finishedAt: noon + 20_000 },
        ])
      })

      it('sums up statistics, of a workspace and of all', async () => {
        await accept('done')
        await start('done')
        await complete('done', noon + 40_000)
        await accept('blocked')
        await store.change('blocked', {}, { status: 'error', errorCode: 'blocked_by_safety', charge: 'released' })
        await accept('broken')
        await store.change('broken', {}, { status: 'error', errorCode: 'internal', charge: 'uncertain' })
        await accept('cancelled')
        await store.change('cancelled', {}, { status: 'error', errorCode: 'cancelled', charge: 'released' })
        await accept('elsewhere', { workspace: 'slack:t' })
        const numbers = { completed: 1, failed: 1, refused: 1, settledMicros: 800_000, storedBytes: 1000 }
        const generationSeconds = { min: 40, average: 40, max: 40, p50: 40, p90: 40 }
        const here = await store.statistics('discord:guild')
        expect(here).toEqual({ ...numbers, total: 4, inFlight: 0, reservedMicros: 800_000, generationSeconds })
        const all = await store.statistics(null)
        expect(all).toEqual({ ...numbers, total: 5, inFlight: 1, reservedMicros: 1_600_000, generationSeconds })
        expect(await store.statistics('discord:none')).toMatchObject({ total: 0, generationSeconds: null })
      })

      it('knows which files are named, until they are retired', async () => {
        const image = {
          kind: 'saved',
          file: 'uploads/input_1.png',
          mimeType: 'image/png',
          width: 2,
          height: 3,
        } as const
        const withImage = someRequest({ references: [image], prompt: '{"kind":"saved","file":"uploads/not.png"}' })
        await accept('a')
        await start('a')
        await complete('a')
        await store.change('a', {}, { request: withImage })
        await accept('b', { request: withImage })
        const owned = () =>
          Promise.all(
            ['gen_video_a.mp4', 'gen_video_a.jpg', 'uploads/input_1.png', 'uploads/not.png'].map((file) =>
              store.ownsFile(file),
            ),
          )
        expect(await owned()).toEqual([true, true, true, false])
        const expired = async (before: number) => ids(await store.expired(before, 10))
        const until = async (id: string) => {
          const operation = await store.get(id)
          return operation && keptUntil(operation, 0)
        }
        // What its thread is owed stays, however long.
        expect([await expired(noon + 99_000_000), await until('a')]).toEqual([[], null])
        await store.change('a', {}, { deliveryProblem: 'gone', announceDueAt: noon + 70_000 })
        expect([await expired(noon + 70_000), await expired(noon + 70_001)]).toEqual([[], ['a']])
        expect(await until('a')).toBe(noon + 70_000)
        await store.change('a', {}, { deliveredAt: noon + 80_000 })
        expect([await expired(noon + 80_000), await expired(noon + 80_001)]).toEqual([[], ['a']])
        expect(await until('a')).toBe(noon + 80_000)
        await accept('silent', { thread: null })
        await start('silent')
        await complete('silent')
        expect([await expired(noon + 60_000), await expired(noon + 60_001)]).toEqual([[], ['silent']])
        expect(await until('silent')).toBe(noon + 60_000)
        await store.change('silent', {}, { retiredAt: noon + 60_001 })
        await store.change('a', {}, { retiredAt: noon + 90_000 })
        expect(await owned()).toEqual([false, false, true, false])
        expect(await expired(noon + 99_000)).toEqual([])
        await store.change('b', {}, { request: someRequest() })
        expect(await owned()).toEqual([false, false, false, false])
      })

      it('keeps settings and what admins did', async () => {
        expect(await store.getSettings('installation')).toBeNull()
        await store.putSettings('installation', { paused: true })
        await store.putSettings('installation', { paused: false, banned: ['discord:x'] })
        expect(await store.getSettings('installation')).toEqual({ paused: false, banned: ['discord:x'] })
        await store.putSettings('a', { maxDurationSeconds: 4 })
        await store.putSettings('z', { maxDurationSeconds: 6 })
        expect(await store.getSettingsOf(['z', 'nothing', 'a'])).toEqual([
          { maxDurationSeconds: 6 },
          { maxDurationSeconds: 4 },
        ])
        expect(await store.getSettingsOf(['a', 'a', 'a'])).toEqual([{ maxDurationSeconds: 4 }])
        const entry = {
          at: noon,
          admin: 'Ada',
          workspace: 'slack:t',
          action: 'pause',
          subject: 'installation',
          detail: '',
        }
        const was = { paused: false, banned: ['discord:x'] }
        expect(await store.swapSettings('installation', was, { paused: true }, entry)).toBe(true)
        const resume = { ...entry, action: 'resume' }
        expect(await store.swapSettings('installation', { paused: true }, { paused: false }, resume)).toBe(true)
        expect(await store.audit(1)).toEqual([resume])
        expect(await store.audit(9)).toHaveLength(2)
        expect(await store.audit(9, 'slack:t')).toHaveLength(2)
        expect(await store.audit(9, 'slack:u')).toEqual([])
      })

      it('keeps what an admin did together with the deed: both or neither', async () => {
        await accept('a')
        const entry = { at: noon, admin: 'Ada', workspace: 'slack:t', action: 'x', subject: 'a', detail: '' }
        const unfit = { ...entry, action: null } as unknown as typeof entry
        const patch = { announceDueAt: noon + 5 }
        const many = Array.from({ length: 20 }, (_, n) =>
          store
            .change(
              'a',
              { status: 'pending' },
              { attempts: n },
              { audit: n % 2 ? unfit : { ...entry, detail: `${n}` } },
            )
            .then(() => n)
            .catch((thrown: VideoError) => thrown.code),
        )
        const told = await Promise.all(many)
        expect(told.filter((each) => each === 'storage')).toHaveLength(10)
        expect((await store.get('a'))?.attempts).toSatisfy((attempts: number) => attempts % 2 === 0)
        expect((await store.audit(50)).map(({ detail }) => Number(detail)).sort((x, y) => x - y)).toEqual(
          told.filter((each) => typeof each === 'number'),
        )
        await expect(store.swapSettings('s', null, { paused: true }, unfit)).rejects.toMatchObject({ code: 'storage' })
        expect(await store.getSettings('s')).toBeNull()
        expect(await store.change('a', { status: 'processing' }, patch, { audit: entry })).toBeNull()
        expect(await store.swapSettings('s', { paused: true }, {}, entry)).toBe(false)
        expect(await store.audit(50)).toHaveLength(10)
      })
    })

    describe('money', () => {
      it('books what each step means, in the periods of acceptance', async () => {
        await accept('a', { createdAt: Date.UTC(2026, 9, 31, 23, 59, 59, 999) })
        await start('a')
        await complete('a')
        await store.change('a', {}, { charge: 'settled', priceMicros: 700_000 })
        await accept('b')
        await store.change('b', {}, { status: 'error', errorCode: 'cancelled', charge: 'released' })
        await accept('c')
        await store.change('c', {}, { status: 'error', errorCode: 'interrupted', charge: 'uncertain' })
        await accept('free', { charge: 'none' })
        const lines = await store.ledger(0, 100)
        expect(lines.map((line) => `${line.operationId} ${line.kind} ${line.micros}`)).toEqual([
          'a reservation 800000',
          'a settlement 0',
          'a settlement -100000',
          'b reservation 800000',
          'b release -800000',
          'c reservation 800000',
          'c uncertain 0',
        ])
        expect(await store.ledger(lines[4]?.id ?? 0, 1)).toEqual(lines.slice(5, 6))
        expect(lines[0]).toMatchObject({ requester: 'discord:anna', workspace: 'discord:guild', durationSeconds: 8 })
        const spent = (scope: 'requester' | 'workspace' | 'total', key: string, period: string) =>
          store.spent({ scope, key, period })
        expect(await spent('requester', 'discord:anna', '2026-10-31')).toBe(700_000)
        expect(await spent('requester', 'discord:anna', day)).toBe(800_000)
        expect(await spent('workspace', 'discord:guild', '2026-10')).toBe(700_000)
        expect(await spent('total', '', month)).toBe(800_000)
        expect(await spent('total', '', '2026-12')).toBe(0)
        expect(await store.auditBooks()).toEqual([])
      })
    })

    describe('what an installation has in common', () => {
      it('leads one at a time: who holds a lease prolongs it, and another takes it only once it has run out', async () => {
        const asked = await Promise.all(['a', 'b', 'c'].map((owner) => store.lead('gateway', lease(owner))))
        expect(asked.filter((leads) => leads)).toHaveLength(1)
        const [first = '', second = ''] = asked[0] ? ['a', 'b'] : asked[1] ? ['b', 'a'] : ['c', 'a']
        expect(await store.lead('gateway', lease(first, noon + 10_000))).toBe(true)
        expect(await store.lead('gateway', lease(second, noon + 29_999))).toBe(false)
        expect(await store.lead('another', lease(second, noon))).toBe(true)
        expect(await store.lead('gateway', lease(second, noon + 30_000))).toBe(true)
        expect(await store.lead('gateway', lease(first, noon + 30_001))).toBe(false)
      })

      it('keeps small things, of which the first stays where that is asked for', async () => {
        expect(await store.kept('a')).toBeNull()
        const kept = await Promise.all(['1', '2', '3'].map((value) => store.keepFirst('a', value)))
        expect(new Set(kept).size).toBe(1)
        expect(await store.kept('a')).toBe(kept[0])
        await store.keep('a', 'other')
        expect(await store.keepFirst('a', 'late')).toBe('other')
        expect([await store.dropKept('a', 'late'), await store.kept('a')]).toEqual([false, 'other'])
        expect([await store.dropKept('a', 'other'), await store.kept('a')]).toEqual([true, null])
        await store.keep('a', 'last')
        await store.keep('a', null)
        expect(await store.kept('a')).toBeNull()
        expect(store.instances()).toBe(1)
      })
    })

    describe('people and administration', () => {
      it('adds costs beside the price only within every limit, and books them on their own day', async () => {
        await accept('a')
        const next = noon + 86_400_000
        const limit = { scope: 'requester', key: 'discord:anna', period: '2026-11-23', limitMicros: 500 } as const
        expect((await store.addCost('a', 400, next, [limit]))?.extraMicros).toBe(400)
        expect(await store.addCost('a', 101, next, [limit])).toBeNull()
        expect((await store.addCost('a', -300, next, []))?.extraMicros).toBe(100)
        expect(await store.addCost('nobody', 1, next, [])).toBeNull()
        expect(await store.spent({ scope: 'requester', key: 'discord:anna', period: '2026-11-23' })).toBe(100)
        expect(await store.spent({ scope: 'requester', key: 'discord:anna', period: day })).toBe(800_000)
        const lines = (await store.ledger(0, 9)).map(({ kind, micros, requester }) => `${kind} ${micros} ${requester}`)
        expect(lines.slice(1)).toEqual(['suggestion 400 discord:anna', 'suggestion -300 discord:anna'])
        expect(await store.auditBooks()).toEqual([])
      })

      it('gives the ledger of one workspace', async () => {
        await accept('a')
        await accept('b', { workspace: 'slack:t' })
        expect((await store.ledger(0, 9, 'slack:t')).map(({ operationId }) => operationId)).toEqual(['b'])
        expect(await store.ledger(0, 9, 'slack:u')).toEqual([])
      })

      it('finds what is perhaps charged, and settles it only once', async () => {
        await accept('a')
        await accept('b')
        await store.change('b', {}, { status: 'error', errorCode: 'interrupted', charge: 'uncertain' })
        expect(ids((await store.list({ charge: 'uncertain' }, null, 9)).operations)).toEqual(['b'])
        expect(await store.change('b', { charge: 'uncertain' }, { charge: 'released' })).not.toBeNull()
        expect(await store.change('b', { charge: 'uncertain' }, { charge: 'settled' })).toBeNull()
      })

      it('swaps settings only for those that were there', async () => {
        expect(await store.swapSettings('s', { paused: true }, { paused: false })).toBe(false)
        expect(await store.swapSettings('s', null, { paused: true, banned: ['x'] })).toBe(true)
        expect(await store.swapSettings('s', null, {})).toBe(false)
        const was = await store.getSettings('s')
        expect(await store.swapSettings('s', was, { banned: [] })).toBe(true)
        expect(await store.swapSettings('s', was, {})).toBe(false)
        expect(await store.getSettings('s')).toEqual({ banned: [] })
      })

      it('counts what is there now', async () => {
        await accept('queued', { createdAt: noon - 1 })
        await accept('held', { hold: 'approval', requester: 'discord:ben' })
        await accept('done')
        await start('done')
        await complete('done')
        await accept('lost')
        await store.change('lost', {}, { status: 'error', errorCode: 'interrupted', charge: 'uncertain' })
        expect(await store.figures(noon)).toEqual({
          queued: 1,
          oldestQueuedAt: noon - 1,
          held: 1,
          atGoogle: 0,
          reservedMicros: 1_600_000,
          uncertainMicros: 800_000,
          uncertain: 1,
          storedFiles: 1,
          storedBytes: 1000,
          requests: 3,
          people: 2,
        })
      })

      it('forgets a person once all of theirs is empty, and keeps every line of the ledger', async () => {
        const later = noon + 5_000
        const forgetting = { person: 'discord:anna', askedAt: later }
        await accept('a', { workspace: 'discord:dm-anna' })
        await accept('newer', { createdAt: later + 1 })
        await store.addForgetting({ ...forgetting, askedAt: noon })
        await store.addForgetting(forgetting)
        expect(await store.forgettings()).toEqual([forgetting])
        expect(await store.forget(forgetting)).toBe(false)
        await store.change('a', {}, { status: 'error', errorCode: 'cancelled', charge: 'released' })
        expect(await store.forget(forgetting)).toBe(false)
        await store.change('a', {}, { removedAt: later, requesterName: '' })
        expect(await store.forget({ ...forgetting, askedAt: noon })).toBe(false)
        expect(await store.forget(forgetting)).toBe(true)
        expect(await store.forgettings()).toEqual([])
        expect(await store.get('a')).toMatchObject({ requester: 'forgotten', thread: null, workspace: 'discord:dm' })
        expect((await store.get('newer'))?.requester).toBe('discord:anna')
        await store.dropPseudonyms('2026-12-01')
        const lines = await store.ledger(0, 9)
        expect(lines.map(({ operationId, micros }) => `${operationId} ${micros}`)).toEqual([
          'a 800000',
          'newer 800000',
          'a -800000',
        ])
        const anonymous = expect.stringMatching(/^anonymous:[0-9a-f]{16}$/)
        expect(lines.filter((line) => line.operationId === 'a')).toEqual([
          expect.objectContaining({ requester: anonymous, workspace: anonymous }),
          expect.objectContaining({ requester: anonymous, workspace: anonymous }),
        ])
        expect(await store.auditBooks()).toEqual([])
      })
    })

    it('says that it can be written, and refuses writes once closed', async () => {
      await expect(store.ping()).resolves.toBeUndefined()
      const last = store.insert(someOperation('a'), noLimits)
      const listener = vi.fn()
      store.subscribe(listener)
      await store.close()
      await expect(last).resolves.toMatchObject({ kind: 'created' })
      await expect(store.insert(someOperation('b'), noLimits)).rejects.toMatchObject({ code: 'storage' })
      await expect(store.get('a')).rejects.toMatchObject({ code: 'storage' })
      await expect(store.close()).resolves.toBeUndefined()
    })
  })
}
