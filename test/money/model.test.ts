import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { dayOf, monthOf } from '../../src/core/budget.ts'
import { asVideoError, VideoError } from '../../src/core/errors.ts'
import type { CheckOutcome } from '../../src/core/ports/google.ts'
import type { OperationStore } from '../../src/core/ports/store.ts'
import { openStore } from '../../src/db/open.ts'
import { silentLog } from '../db/memory-store.ts'
import { BooksModel, type ModelRow } from './books-model.ts'
import { ask, done, HandClock, type House, leaseMilliseconds, openHouse, someone } from './house.ts'

const dollar = 1_000_000
const limits = { person: 2 * dollar, place: 3 * dollar, total: 4 * dollar, inFlight: 3 }
const approvalAbove = 0.7 * dollar
/** Longer than any wait before a step is due again. */
const betweenSteps = 80_000
const timeOut = 900_000
const lostFor = 3_600_000
const names = ['anna', 'ben', 'cleo']
const places = ['discord:guild', 'slack:t', 'discord:dm-9']
const admin = someone('admin', { admin: true, workspace: 'web' })

/** The real thing: an installation on a file, of which at any moment one process is being talked to. */
class Real {
  readonly clock = new HandClock()
  private readonly url: string
  private readonly stores: OperationStore[] = []
  house: House
  private processes = 0

  private constructor(url: string, store: OperationStore) {
    this.url = url
    this.stores.push(store)
    this.house = this.houseOn(store)
  }

  static async open(url: string): Promise<Real> {
    return new Real(url, await openStore(url, { log: silentLog }))
  }

  private houseOn(store: OperationStore): House {
    this.processes += 1
    const policy = {
      requesterDailyMicros: limits.person,
      workspaceMonthlyMicros: limits.place,
      totalMonthlyMicros: limits.total,
      maxInFlightPerRequester: limits.inFlight,
      approvalAboveMicros: approvalAbove,
    }
    return openHouse({ store, clock: this.clock, policy, owner: `process ${this.processes}` })
  }

  /** Another process takes over; the one before is shut down, or left as it is, as after a kill. */
  async restart(killed: boolean): Promise<void> {
    if (!killed) await this.house.core.store.close()
    const store = await openStore(this.url, { log: silentLog })
    this.stores.push(store)
    this.house = this.houseOn(store)
  }

  async close(): Promise<void> {
    await Promise.all(this.stores.map((store) => store.close()))
  }
}

type Step = fc.AsyncCommand<BooksModel, Real>

/** Each step is checked by all that can be asked of the books. */
abstract class Checked implements Step {
  check = () => true
  abstract act(model: BooksModel, real: Real): Promise<void>
  async run(model: BooksModel, real: Real): Promise<void> {
    await this.act(model, real)
    await compare(model, real)
  }
  toString(): string {
    return `${this.constructor.name}(${JSON.stringify(this)})`
  }
}

async function compare(model: BooksModel, { house, clock }: Real): Promise<void> {
  const { store } = house.core
  const lines = await store.ledger(0, 10_000)
  for (const row of model.rows) {
    const operation = await store.get(row.id)
    expect(operation?.charge).toBe(row.charge)
    expect(operation?.status === 'completed' || operation?.status === 'error').toBe(row.state === 'final')
    const booked = lines.filter((line) => line.operationId === row.id).reduce((sum, line) => sum + line.micros, 0)
    expect(booked).toBe(row.charge === 'released' ? 0 : row.price)
  }
  const now = clock.time
  const spent = (scope: 'requester' | 'workspace' | 'total', key: string) =>
    store.spent({ scope, key, period: scope === 'requester' ? dayOf(now) : monthOf(now) })
  expect(await spent('total', '')).toBe(model.spent(now))
  for (const name of names) expect(await spent('requester', `discord:${name}`)).toBe(model.spent(now, name))
  for (const place of places) expect(await spent('workspace', place)).toBe(model.spent(now, undefined, place))
  expect(await store.auditBooks()).toEqual([])
}

class Accept extends Checked {
  readonly name: string
  readonly place: string
  readonly seconds: number
  constructor(name: string, place: string, seconds: number) {
    super()
    this.name = name
    this.place = place
    this.seconds = seconds
  }
  async act(model: BooksModel, { house, clock }: Real) {
    const price = this.seconds * 100_000
    const wanted = model.verdict(clock.time, this.name, this.place, price)
    const person = someone(this.name, { workspace: this.place })
    const asked = await ask(house, person, { durationSeconds: this.seconds }).then(
      ({ operation }) => operation,
      (thrown: unknown) => asVideoError(thrown).code,
    )
    if (typeof asked === 'string') {
      expect(asked).toBe(wanted)
      return
    }
    expect(wanted).toBe('accepted')
    const row = { id: asked.id, person: this.name, place: this.place, price, createdAt: clock.time }
    model.rows.push({ ...row, state: price > approvalAbove ? 'held' : 'queued', charge: 'reserved', startedAt: 0 })
  }
}

const startOutcomes = ['begins', 'refused', 'interrupted', 'killed', 'later'] as const

class Start extends Checked {
  readonly outcome: (typeof startOutcomes)[number]
  constructor(outcome: (typeof startOutcomes)[number]) {
    super()
    this.outcome = outcome
  }
  async act(model: BooksModel, real: Real) {
    const { house, clock } = real
    const asked = Promise.withResolvers<void>()
    house.google.start = () => {
      asked.resolve()
      if (this.outcome === 'begins') return Promise.resolve('models/m/operations/1')
      if (this.outcome === 'killed') return new Promise(() => {})
      return Promise.reject(startError(this.outcome))
    }
    const expected = model.rows.some(({ state }) => state === 'queued' || state === 'crashed')
    const stepped = house.start()
    if (this.outcome !== 'killed') {
      const claimed = await stepped
      if (claimed) this.apply(model.find(claimed.id), clock.time)
      else expect(expected).toBe(false)
      clock.time += betweenSteps
      return
    }
    const asksGoogle = await Promise.race([asked.promise.then(() => true), stepped.then(() => false)])
    const started = asksGoogle ? await newest(model, house) : await stepped
    if (started) this.apply(model.find(started.id), clock.time)
    if (asksGoogle) await real.restart(true)
    clock.time += leaseMilliseconds + betweenSteps
  }
  private apply(row: ModelRow, now: number) {
    if (row.state === 'crashed') Object.assign(row, { state: 'final', charge: 'uncertain' })
    else if (this.outcome === 'begins') Object.assign(row, { state: 'running', startedAt: now })
    else if (this.outcome === 'killed') row.state = 'crashed'
    else if (this.outcome === 'refused') Object.assign(row, { state: 'final', charge: 'released' })
    else if (this.outcome === 'interrupted') Object.assign(row, { state: 'final', charge: 'uncertain' })
  }
}

/** The Operation whose start was recorded and that the model still believes to wait. */
async function newest(model: BooksModel, house: House) {
  const rows = await Promise.all(model.rows.map((row) => house.core.store.get(row.id)))
  return rows.find(
    (row) => row?.status === 'pending' && row.startingAt !== null && model.find(row.id).state === 'queued',
  )
}

function startError(outcome: 'refused' | 'interrupted' | 'later'): VideoError {
  if (outcome === 'refused') return new VideoError('blocked_by_safety', 'refused')
  if (outcome === 'later') return new VideoError('quota_exceeded', 'busy', { retryable: true })
  return new VideoError('interrupted', 'reset')
}

/** Google is not believed at once that it does not know it: two such looks, with no other answer between them, are enough. */
const waits: Readonly<Record<string, number>> = { overdue: timeOut, lost: lostFor }
const checkOutcomes = ['done', 'safety', 'lost', 'running', 'overdue'] as const

class Check extends Checked {
  readonly outcome: (typeof checkOutcomes)[number]
  constructor(outcome: (typeof checkOutcomes)[number]) {
    super()
    this.outcome = outcome
  }
  async act(model: BooksModel, { house, clock }: Real) {
    const failed = (code: 'blocked_by_safety' | 'lost_operation'): CheckOutcome => ({
      state: 'failed',
      error: new VideoError(code, code),
    })
    const outcomes = {
      done,
      safety: failed('blocked_by_safety'),
      lost: failed('lost_operation'),
      running: { state: 'running' },
      overdue: { state: 'running' },
    } as const
    house.google.check = async () => outcomes[this.outcome]
    clock.time += waits[this.outcome] ?? betweenSteps
    const row = await house.check().then((claimed) => (claimed ? model.find(claimed.id) : null))
    if (!row) return
    const overdue = clock.time - row.startedAt > timeOut ? 'uncertain' : null
    row.lostSince = this.outcome === 'lost' ? (row.lostSince ?? clock.time) : undefined
    const lost = row.lostSince !== undefined && clock.time - row.lostSince >= lostFor ? 'uncertain' : null
    const after = { done: 'settled', safety: 'released', lost, running: overdue, overdue } as const
    const charge = after[this.outcome]
    if (charge) Object.assign(row, { state: 'final', charge })
  }
}

class Cancel extends Checked {
  readonly which: number
  constructor(which: number) {
    super()
    this.which = which
  }
  async act(model: BooksModel, { house }: Real) {
    const row = model.rows[this.which % Math.max(1, model.rows.length)]
    if (!row) return
    const person = someone(row.person, { workspace: row.place })
    const outcome = await house.commands.cancel(row.id, person).then(
      () => 'fine',
      (thrown: unknown) => asVideoError(thrown).code,
    )
    expect(outcome).toBe(row.state === 'running' ? 'not_now' : 'fine')
    if (row.state === 'queued' || row.state === 'held') Object.assign(row, { state: 'final', charge: 'released' })
  }
}

class Decide extends Checked {
  readonly which: number
  readonly yes: boolean
  constructor(which: number, yes: boolean) {
    super()
    this.which = which
    this.yes = yes
  }
  async act(model: BooksModel, { house }: Real) {
    const row = model.rows[this.which % Math.max(1, model.rows.length)]
    if (!row) return
    const outcome = await house.commands.decide(row.id, this.yes ? 'approve' : 'decline', admin).then(
      () => 'fine',
      (thrown: unknown) => asVideoError(thrown).code,
    )
    expect(outcome).toBe(row.state === 'held' ? 'fine' : 'not_now')
    if (row.state !== 'held') return
    if (this.yes) row.state = 'queued'
    else Object.assign(row, { state: 'final', charge: 'released' })
  }
}

class Settle extends Checked {
  readonly which: number
  readonly charged: boolean
  constructor(which: number, charged: boolean) {
    super()
    this.which = which
    this.charged = charged
  }
  async act(model: BooksModel, { house }: Real) {
    const open = model.rows.filter(({ charge }) => charge === 'uncertain')
    const row = open[this.which % Math.max(1, open.length)]
    if (!row) return
    await house.commands.settle(row.id, this.charged, admin)
    await expect(house.commands.settle(row.id, this.charged, admin)).rejects.toMatchObject({ code: 'not_now' })
    row.charge = this.charged ? 'settled' : 'released'
  }
}

class Restart extends Checked {
  readonly killed: boolean
  constructor(killed: boolean) {
    super()
    this.killed = killed
  }
  act(_: BooksModel, real: Real) {
    return real.restart(this.killed)
  }
}

class NextDay extends Checked {
  async act(_: BooksModel, { clock }: Real) {
    clock.time += 86_400_000
  }
}

const accepts = fc
  .tuple(fc.constantFrom(...names), fc.constantFrom(...places), fc.constantFrom(4, 6, 8))
  .map((given) => new Accept(...given))
const steps = [
  accepts,
  accepts,
  accepts,
  fc.constantFrom(...startOutcomes).map((outcome) => new Start(outcome)),
  fc.constant(new Start('begins')),
  fc.constantFrom(...checkOutcomes).map((outcome) => new Check(outcome)),
  fc.nat(30).map((which) => new Cancel(which)),
  fc.tuple(fc.nat(30), fc.boolean()).map((given) => new Decide(...given)),
  fc.tuple(fc.nat(9), fc.boolean()).map((given) => new Settle(...given)),
  fc.boolean().map((killed) => new Restart(killed)),
  fc.constant(new NextDay()),
]

it('keeps budgets and ledger as a simple model says, whatever happens in whatever order', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'dailies-model-'))
  let runs = 0
  let rows = 0
  const sequences = fc.commands<BooksModel, Real, false>(steps, { maxCommands: 50, size: 'max' })
  const property = fc.asyncProperty(sequences, async (cmds) => {
    runs += 1
    const real = await Real.open(`file:${join(folder, `${runs}.db`)}`)
    const model = new BooksModel(limits)
    try {
      await fc.asyncModelRun(() => ({ model, real }), cmds)
      rows += model.rows.length
    } finally {
      await real.close()
    }
  })
  await fc.assert(property, { numRuns: 30 })
  expect(rows).toBeGreaterThan(100)
  await rm(folder, { recursive: true })
})
