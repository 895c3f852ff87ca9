import { expect, it, vi } from 'vitest'
import { announce } from '../../src/core/announce.ts'
import type { Card } from '../../src/core/card.ts'
import { cardOf } from '../../src/core/cards.ts'
import { type Core, Health, OfferedModels } from '../../src/core/context.ts'
import { VideoError } from '../../src/core/errors.ts'
import { comeBack } from '../../src/core/leave.ts'
import type { Operation } from '../../src/core/operation.ts'
import type { Messenger } from '../../src/core/ports/messenger.ts'
import type { OperationStore } from '../../src/core/ports/store.ts'
import type { Announcing } from '../../src/core/telling.ts'
import { takenBack } from '../../src/core/turn.ts'
import { openStore } from '../../src/db/open.ts'
import { noLimits, silentLog as silent, someOperation } from '../db/memory-store.ts'

const now = 1_790_000_000_000
const lease = { owner: 'me', now, until: now + 60_000 }

it('tells an outcome that came while the status message was being posted, and not what was the case before', async () => {
  const store = await openStore('file::memory:', { log: silent })
  await store.insert(someOperation('a', { thread: 'test:here', createdAt: now, announceDueAt: now }), noLimits)
  const told: Card[] = []
  const messenger: Messenger = {
    platform: 'test',
    async post() {
      const failed = { status: 'error', errorCode: 'interrupted', finishedAt: now } as const
      await store.change('a', {}, failed, { visible: true })
      return 'status'
    },
    edit: async () => {},
    async deliver(_, card) {
      told.push(card)
      return { message: 'outcome', problem: null }
    },
  }
  await announce(coreWith(store), await claimed(store), laneWith(messenger))
  expect(told.map(({ title }) => title)).toEqual(['Interrupted while starting'])
  await store.close()
})

it('delivers before it changes any message that stands already, whose change may hang', async () => {
  const store = await openStore('file::memory:', { log: silent })
  await store.insert(someOperation('a', { thread: 'test:here', createdAt: now, announceDueAt: now }), noLimits)
  const failed = { status: 'error', errorCode: 'interrupted', finishedAt: now } as const
  await store.change('a', {}, { ...failed, statusMessage: 'status', adminMessage: 'admins' }, { visible: true })
  const calls: string[] = []
  const messenger: Messenger = {
    platform: 'test',
    post: () => Promise.reject(new Error('it stands already')),
    edit: async (_, message) => void calls.push(message),
    async deliver() {
      calls.push('outcome')
      return { message: 'outcome', problem: null }
    },
  }
  await announce(coreWith(store), await claimed(store), laneWith(messenger))
  expect(calls).toEqual(['outcome', 'status', 'admins'])
  expect(await store.get('a')).toMatchObject({ deliveredMessage: 'outcome', announceAttempts: 0 })
  expect(await store.claimAnnouncements({ ...lease, now: now + 60_000 }, 1)).toEqual([])
  await store.close()
})

it('gives up a change that hangs, so that the outcome that came meanwhile is told', async () => {
  const store = await openStore('file::memory:', { log: silent })
  await store.insert(someOperation('a', { thread: 'test:here', createdAt: now, announceDueAt: now }), noLimits)
  await store.change('a', {}, { statusMessage: 'status' }, { visible: true })
  const patience = new AbortController()
  vi.spyOn(AbortSignal, 'timeout').mockReturnValue(patience.signal)
  let delivered = 0
  const messenger: Messenger = {
    platform: 'test',
    post: () => Promise.reject(new Error('it stands already')),
    async edit() {
      const failed = { status: 'error', errorCode: 'interrupted', finishedAt: now, announceDueAt: now } as const
      if (!(await store.change('a', { status: 'pending' }, failed, { visible: true }))) return
      patience.abort()
      await new Promise(() => {})
    },
    async deliver() {
      delivered += 1
      return { message: 'outcome', problem: null }
    },
  }
  await announce(coreWith(store), await claimed(store), laneWith(messenger))
  expect(delivered).toBe(0)
  vi.mocked(AbortSignal.timeout).mockReturnValue(new AbortController().signal)
  await announce(coreWith(store), await claimed(store), laneWith(messenger))
  expect(delivered).toBe(1)
  expect(await store.get('a')).toMatchObject({ deliveredMessage: 'outcome' })
  vi.restoreAllMocks()
  await store.close()
})

it('takes a full bucket for no failure: it comes back when there is room, as if it had not been there', async () => {
  const store = await openStore('file::memory:', { log: silent })
  await store.insert(someOperation('a', { thread: 'test:here', createdAt: now, announceDueAt: now }), noLimits)
  const full = { retryable: true, retryAfterSeconds: 12.345 }
  const messenger: Messenger = {
    platform: 'test',
    post: () => Promise.reject(new VideoError('busy', 'full', full)),
    edit: async () => {},
    deliver: () => Promise.reject(new Error('nothing is to be delivered')),
  }
  await announce(coreWith(store), await claimed(store), laneWith(messenger))
  expect(await store.get('a')).toMatchObject({ announceAttempts: 0, announceDueAt: now + 12_345 })
  messenger.post = () => Promise.reject(new VideoError('unreachable', 'away', full))
  await announce(coreWith(store), await claimed(store, now + 12_345), laneWith(messenger))
  expect(await store.get('a')).toMatchObject({ announceAttempts: 1 })
  await store.close()
})

it.each([
  ['may stand there, and can be asked for in ten seconds', 'unreachable', [], [{ announceAttempts: 1 }]],
  ['was never sent', 'busy', [{ announceAttempts: 0 }], []],
] as const)('leaves to whoever goes on after a stop what %s', async (_, code, atOnce, later) => {
  const store = await openStore('file::memory:', { log: silent })
  const stop = new AbortController()
  const messenger: Messenger = {
    ...busyAtFirst('edit', new Set()),
    async post() {
      stop.abort()
      throw new VideoError(code, 'cut short', { retryable: true, retryAfterSeconds: 10 })
    },
  }
  await store.insert(someOperation('a', { thread: 'test:here', createdAt: now, announceDueAt: now }), noLimits)
  await announce(coreWith(store), await claimed(store), { ...laneWith(messenger), signal: stop.signal })
  expect(await store.claimAnnouncements({ ...lease, now: now + 9_999 }, 1)).toMatchObject(atOnce)
  expect(await store.claimAnnouncements({ ...lease, now: now + 13_000 }, 1)).toMatchObject(later)
  await store.close()
})

it.each([
  ['takes back', true, [], ''],
  ['says that a message stands of', false, ['outcome'], ' still stands'],
] as const)('%s what its person takes away while it is being posted', async (_, canGo, stands, says) => {
  const store = await openStore('file::memory:', { log: silent })
  const thread = new Set<string>()
  const shown: string[] = []
  const removed = { removedAt: now, retiredAt: now, announceDueAt: now }
  const messenger: Messenger = {
    platform: 'test',
    post: async () => 'status',
    edit: async (_, __, { text }) => void shown.push(text),
    async deliver() {
      thread.add('outcome')
      // It stands in the thread, and nobody has heard under which name.
      await store.change('a', { status: 'error' }, removed, { visible: true })
      return { message: 'outcome', problem: null }
    },
    async withdraw(_, message) {
      if (!canGo) throw never
      thread.delete(`${message}`)
    },
  }
  await failed(store)
  await announce(coreWith(store), await claimed(store), laneWith(messenger))
  expect([...thread]).toEqual(stands)
  expect(shown).toEqual([expect.stringContaining('removed on request.')])
  expect(shown[0]).toContain(says)
  expect(await store.claimAnnouncements({ ...lease, now: now + 60_000 }, 1)).toEqual([])
  await store.close()
})

it('tells the outcome of a second look that was asked for while the first outcome was being posted', async () => {
  const store = await openStore('file::memory:', { log: silent })
  const told: string[] = []
  const thread = new Set<string>()
  const again = { status: 'processing', errorCode: null, finishedAt: null, announceDueAt: now } as const
  const messenger: Messenger = {
    platform: 'test',
    post: async () => 'status',
    edit: async () => {},
    async deliver({ status }) {
      told.push(status)
      if (status === 'error') await store.change('a', { status }, again, { visible: true })
      thread.add(status)
      return { message: status, problem: null }
    },
    withdraw: async (_, message) => void thread.delete(`${message}`),
  }
  await failed(store)
  await announce(coreWith(store), await claimed(store), laneWith(messenger))
  // At once, and not when the lease runs out.
  await announce(coreWith(store), await claimed(store), laneWith(messenger))
  const done = { status: 'completed', finishedAt: now, announceDueAt: now } as const
  await store.change('a', { status: 'processing' }, done, { visible: true })
  await announce(coreWith(store), await claimed(store), laneWith(messenger))
  expect(told).toEqual(['error', 'completed'])
  expect([...thread]).toEqual(['completed'])
  expect(await store.get('a')).toMatchObject({ deliveredMessage: 'completed' })
  await store.close()
})

const busy = new VideoError('busy', 'full', { retryable: true, retryAfterSeconds: 1 })
const day = 86_400_000

/** A messenger whose first call of that kind finds a full bucket. */
function busyAtFirst(kind: 'edit' | 'deliver' | 'withdraw', thread: Set<string>): Messenger {
  let tries = 0
  const tried = (which: typeof kind) => {
    if (which !== kind) return
    tries += 1
    if (tries === 1) throw busy
  }
  return {
    platform: 'test',
    post: async () => 'status',
    async edit() {
      tried('edit')
      thread.add('edited')
    },
    async deliver() {
      tried('deliver')
      thread.add('outcome')
      return { message: 'outcome', problem: null }
    },
    async withdraw(_, message) {
      tried('withdraw')
      thread.delete(`${message}`)
    },
  }
}

it.each([
  ['what is taken away', 'withdraw', { removedAt: now + 3 * day, retiredAt: now + 3 * day }, ['edited']],
  ['what is tidied away', 'edit', { retiredAt: now + 3 * day }, ['outcome', 'edited']],
  ['what an admin has posted again', 'deliver', { deliveredAt: null }, ['outcome', 'edited']],
] as const)('tells %s days after the outcome, although the bucket is full at first', async (_, kind, patch, ends) => {
  const store = await openStore('file::memory:', { log: silent })
  await failed(store)
  const stands = { statusMessage: 'status', deliveredMessage: 'outcome', deliveredAt: now } as const
  await store.change('a', {}, { ...stands, announcedVersion: 1 })
  const later = now + 3 * day
  await store.change('a', {}, { ...patch, announceDueAt: later }, { visible: true })
  const thread = new Set(['outcome'])
  const messenger = busyAtFirst(kind, thread)
  for (const at of [later, later + 1_000]) {
    await announce(coreWith(store, at), await claimed(store, at), laneWith(messenger))
  }
  expect([...thread]).toEqual(ends)
  expect(await store.get('a')).toMatchObject({ deliveryProblem: null, announcedVersion: 2 })
  await store.close()
})

it('says of a video which its place does not take yet that it is ready, and that posting it is tried again', async () => {
  const store = await openStore('file::memory:', { log: silent })
  await store.insert(someOperation('a', { thread: 'test:here', createdAt: now, announceDueAt: now }), noLimits)
  const done = { finishedAt: now, announceDueAt: now } as const
  await store.change('a', {}, { status: 'processing', handle: 'x', statusMessage: 'status' }, { visible: true })
  await store.change('a', {}, { status: 'completed', ...done }, { visible: true })
  const shown: string[] = []
  let refusal: VideoError | null = null
  const say = ({ title, text }: Card) => void shown.push(`${title}. ${text}`)
  const messenger: Messenger = {
    platform: 'test',
    post: () => Promise.reject(new Error('it stands already')),
    edit: async (_, _message, card) => say(card),
    async deliver(_, card) {
      if (refusal) throw refusal
      say(card)
      return { message: 'outcome', problem: null }
    },
  }
  const ready = 'Your video is ready. Done after 0 s.'
  const later = `${ready} It cannot be posted here yet; that is tried again by itself.`
  const turn = async (thrown: VideoError | null) => {
    refusal = thrown
    await store.change('a', {}, { announceDueAt: now })
    await announce(coreWith(store), await claimed(store), laneWith(messenger))
    return shown.splice(0)
  }
  expect(await turn(new VideoError('busy', 'full', { retryable: true, retryAfterSeconds: 1 }))).toEqual([])
  expect(await turn(new VideoError('unreachable', 'no room', { retryable: true }))).toEqual([later])
  expect(await turn(new VideoError('unreachable', 'no room', { retryable: true }))).toEqual([later])
  expect(await turn(null)).toEqual([ready, ready])
  await store.close()
})

it('gives an outcome up that a platform does not take for two days, and not for a failure after two days of rest', async () => {
  const store = await openStore('file::memory:', { log: silent })
  await failed(store)
  const messenger = { ...busyAtFirst('edit', new Set()), deliver: () => Promise.reject(away) }
  const away = new VideoError('unreachable', 'away', { retryable: true })
  const at = now + 3 * day
  await announce(coreWith(store, at), await claimed(store, at), laneWith(messenger))
  expect(await store.get('a')).toMatchObject({ deliveryProblem: null, announceAttempts: 1 })
  await store.change('a', {}, { announceAttempts: 50, announceDueAt: at })
  await announce(coreWith(store, at), await claimed(store, at), laneWith(messenger))
  expect(await store.get('a')).toMatchObject({ deliveryProblem: 'unreachable' })
  await store.close()
})

const never = new VideoError('not_now', 'edit_window_closed', { facts: { why: 'other' } })

it('does not say of an outcome that stands in the thread that it could not be posted, because another message is not to be changed', async () => {
  const store = await openStore('file::memory:', { log: silent })
  await failed(store)
  const messenger = { ...busyAtFirst('withdraw', new Set()), edit: () => Promise.reject(never) }
  await announce(coreWith(store), await claimed(store), laneWith(messenger))
  expect(await store.get('a')).toMatchObject({ deliveredMessage: 'outcome', deliveryProblem: null })
  await store.close()
})

it('tells an outcome that can be posted nowhere in the message that stands, and posts that of a second look', async () => {
  const store = await openStore('file::memory:', { log: silent })
  await failed(store)
  await store.change('a', {}, { statusMessage: 'status' })
  const told: string[] = []
  const messenger: Messenger = {
    platform: 'test',
    post: () => Promise.reject(new Error('it stands already')),
    edit: async (_, __, card) => void told.push(`edited: ${card.title}`),
    async deliver(_, card) {
      told.push(`posted: ${card.title}`)
      throw never
    },
  }
  const turn = async (at = now) => announce(coreWith(store, at), await claimed(store, at), laneWith(messenger))
  await turn()
  await turn()
  expect(told.splice(0)).toEqual(['posted: Google took too long', 'edited: Google took too long'])
  expect(await store.get('a')).toMatchObject({ deliveryProblem: 'other', deliveredMessage: null })
  expect(await store.claimAnnouncements({ ...lease, now: now + day }, 1)).toEqual([])
  await store.change('a', {}, takenBack(now), { visible: true })
  await store.change('a', {}, { status: 'error', errorCode: 'lost_operation', finishedAt: now }, { visible: true })
  await turn()
  expect(told[0]).toBe('posted: Google lost it')
  await store.close()
})

it('tells how it stands, and after some tries the outcome of a second look, where the first one cannot be taken away', async () => {
  const store = await openStore('file::memory:', { log: silent })
  await failed(store)
  await store.change('a', {}, { statusMessage: 'status', deliveredMessage: 'outcome', deliveredAt: now })
  await store.change('a', {}, takenBack(now), { visible: true })
  const calls: string[] = []
  const messenger: Messenger = {
    ...busyAtFirst('deliver', new Set()),
    edit: async (_, __, card) => void calls.push(`edited: ${card.title}`),
    async deliver() {
      calls.push('posted')
      return { message: 'second', problem: null }
    },
    async withdraw(_, message) {
      calls.push(`withdraw ${message}`)
      throw new VideoError('unreachable', 'missing_scope', { retryable: true })
    },
  }
  const turn = async () => {
    await store.change('a', {}, { announceDueAt: now })
    await announce(coreWith(store), await claimed(store), laneWith(messenger))
    return calls.splice(0)
  }
  expect(await turn()).toEqual(['withdraw outcome', 'edited: Google is making your video'])
  await store.change('a', {}, { status: 'error', errorCode: 'lost_operation', finishedAt: now }, { visible: true })
  expect(await turn()).toEqual(['withdraw outcome', 'edited: Google lost it'])
  expect(await turn()).toEqual(['withdraw outcome', 'edited: Google lost it'])
  expect(await turn()).toEqual(['withdraw outcome', 'posted', 'edited: Google lost it'])
  expect(await store.get('a')).toMatchObject({ deliveredMessage: 'second', deliveredAt: now })
  await store.close()
})

it('takes its prompt from the status message at once, where what was delivered cannot be taken away yet', async () => {
  const store = await openStore('file::memory:', { log: silent })
  await failed(store)
  const stands = { statusMessage: 'status', deliveredMessage: 'outcome', deliveredAt: now } as const
  await store.change('a', {}, { ...stands, removedAt: now, announceDueAt: now }, { visible: true })
  const titles: string[] = []
  const messenger: Messenger = {
    ...busyAtFirst('deliver', new Set()),
    edit: async (_, __, card) => void titles.push(card.title),
    withdraw: () => Promise.reject(new VideoError('unreachable', 'away', { retryable: true })),
  }
  await announce(coreWith(store), await claimed(store), laneWith(messenger))
  expect(titles).toEqual(['Removed'])
  expect(await store.get('a')).toMatchObject({ announceAttempts: 1 })
  await store.close()
})

it('says of what is taken away that it was, also where the platform keeps the message with it', async () => {
  const store = await openStore('file::memory:', { log: silent })
  await failed(store)
  const removed = {
    statusMessage: 'status',
    deliveredMessage: 'outcome',
    deliveredAt: now,
    removedAt: now,
    announceDueAt: now,
  }
  await store.change('a', {}, removed, { visible: true })
  const titles: string[] = []
  const messenger: Messenger = {
    ...busyAtFirst('deliver', new Set()),
    edit: async (_, __, { title, text }) => void titles.push(`${title}: ${text}`),
    withdraw: () => Promise.reject(never),
  }
  await announce(coreWith(store), await claimed(store), laneWith(messenger))
  expect(titles).toEqual([expect.stringMatching(/^Removed: .* still stands/)])
  await store.close()
})

it.each(['status', 'admins'])(
  'says of what is taken away that its %s message stands, where its place keeps it',
  async (kept) => {
    const store = await openStore('file::memory:', { log: silent })
    await failed(store)
    const shown = { statusMessage: 'status', adminMessage: 'admins' }
    await store.change('a', {}, { ...shown, removedAt: now, announceDueAt: now }, { visible: true })
    const emptied: string[] = []
    const messenger: Messenger = {
      ...busyAtFirst('deliver', new Set()),
      async edit(_, message) {
        if (message === kept) throw never
        emptied.push(message)
      },
    }
    await announce(coreWith(store), await claimed(store), laneWith(messenger))
    expect(emptied).toEqual(['status', 'admins'].filter((each) => each !== kept))
    expect(await store.get('a')).toMatchObject({ deliveryProblem: 'stays' })
    expect(await store.claimAnnouncements({ ...lease, now: now + day }, 1)).toEqual([])
    await store.close()
  },
)

it('tells of what a person took away while its workspace was gone that it was, and posts nothing of it', async () => {
  const store = await openStore('file::memory:', { log: silent })
  await failed(store)
  await store.change('a', {}, { statusMessage: 'status', removedAt: now }, { visible: true })
  const titles: string[] = []
  const uninstalled = new VideoError('not_now', 'token_revoked', { facts: { why: 'uninstalled' } })
  const messenger: Messenger = {
    ...busyAtFirst('deliver', new Set()),
    edit: () => Promise.reject(uninstalled),
    deliver: () => Promise.reject(new Error('its person wants it gone')),
  }
  await announce(coreWith(store), await claimed(store), laneWith(messenger))
  messenger.edit = async (_, __, card) => void titles.push(card.title)
  expect(await store.claimAnnouncements(lease, 1)).toEqual([])
  await comeBack(coreWith(store), async (workspace) => workspace === 'discord:another')
  expect(await store.claimAnnouncements(lease, 1)).toEqual([])
  await comeBack(coreWith(store), async (workspace) => workspace === 'discord:guild')
  await announce(coreWith(store), await claimed(store), laneWith(messenger))
  expect(titles).toEqual(['Removed'])
  // As at each start of the service from then on.
  await comeBack(coreWith(store), async (workspace) => workspace === 'discord:guild')
  expect(await store.claimAnnouncements({ ...lease, now: now + 9_000 }, 1)).toEqual([])
  await store.close()
})

it('leaves one outcome in its thread where Google had the video after all while its workspace was gone', async () => {
  const store = await openStore('file::memory:', { log: silent })
  await failed(store)
  const thread = new Set<string>()
  let isHere = true
  const here = async <T>(answer: () => T) => {
    if (isHere) return answer()
    throw new VideoError('not_now', 'token_revoked', { facts: { why: 'uninstalled' } })
  }
  const messenger: Messenger = {
    platform: 'test',
    post: () => here(() => 'status'),
    edit: () => here(() => {}),
    deliver: ({ status: message }) =>
      here(() => {
        thread.add(message)
        return { message, problem: null }
      }),
    withdraw: (_, message) => here(() => void thread.delete(`${message}`)),
  }
  const turn = async () => announce(coreWith(store), await claimed(store), laneWith(messenger))
  await turn()
  expect([...thread]).toEqual(['error'])
  isHere = false
  await store.change('a', {}, takenBack(now), { visible: true })
  await turn()
  const done = { status: 'completed', finishedAt: now, announceDueAt: now } as const
  await store.change('a', {}, done, { visible: true })
  await turn()
  await turn()
  expect(await store.claimAnnouncements(lease, 1)).toEqual([])
  isHere = true
  await comeBack(coreWith(store), async () => true)
  await turn()
  expect([...thread]).toEqual(['completed'])
  expect(await store.get('a')).toMatchObject({ deliveredMessage: 'completed', deliveryProblem: null })
  await store.close()
})

/** Stores one that timed out, and of which its thread has not heard yet. */
async function failed(store: OperationStore): Promise<void> {
  await store.insert(someOperation('a', { thread: 'test:here', createdAt: now, announceDueAt: now }), noLimits)
  await store.change('a', {}, { status: 'error', errorCode: 'timed_out', finishedAt: now }, { visible: true })
}

async function claimed(store: OperationStore, at = now): Promise<Operation> {
  const [operation] = await store.claimAnnouncements({ owner: 'me', now: at, until: at + 60_000 }, 1)
  if (!operation) throw new Error('nothing to announce')
  return operation
}

function laneWith(messenger: Messenger): Announcing {
  return {
    owner: 'me',
    signal: new AbortController().signal,
    messengers: new Map([['test', messenger]]),
    card: async (operation) =>
      cardOf(operation, {
        now,
        position: null,
        expectedAt: null,
        chainMicros: null,
        retentionDays: 2,
        paused: false,
        suggests: false,
      }),
  }
}

function coreWith(store: OperationStore, at = now): Core {
  const unneeded = () => {
    throw new Error('not needed here')
  }
  const absent = new Proxy({}, { get: () => unneeded })
  return {
    store,
    log: silent,
    clock: { now: () => at, sleep: async () => {} },
    offered: new OfferedModels([]),
    health: new Health(),
    ...(absent as Omit<Core, 'store' | 'log' | 'clock' | 'offered' | 'health'>),
  }
}
