import { setImmediate as settled } from 'node:timers/promises'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type ErrorCode, errorCodes, VideoError } from '../../src/core/errors.ts'
import type { Charge } from '../../src/core/operation.ts'
import type { RemoteImage } from '../../src/core/request.ts'
import { describeError } from '../../src/core/wording.ts'
import type { Fault } from '../../src/rehearsal/faults.ts'
import { admin, person, Studio } from './studio.ts'

const reachedCodes = new Set<ErrorCode>()

let studio: Studio
beforeEach(async () => {
  studio = await Studio.open()
})
afterEach(() => studio.close())

/** The code and sentences that a refused call ends with. */
async function refusalOf(call: Promise<unknown>): Promise<{ code: ErrorCode; text: string }> {
  const error = await call.then(
    () => null,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof VideoError)) throw new Error(`not refused: ${error}`)
  reachedCodes.add(error.code)
  return { code: error.code, text: describeError(error, 'en').text }
}

function imageAt(url: string): RemoteImage {
  return { kind: 'remote', url, declaredType: 'image/png', declaredBytes: 100, name: 'lion.png' }
}

describe('an Operation ends', () => {
  const always = 'forever'
  const endings: readonly [ErrorCode, Fault, Charge, number, RegExp][] = [
    [
      'blocked_by_safety',
      { route: 'start', kind: 'safety', supportCode: '15236754' },
      'released',
      1,
      /well-known person.*15236754.*not charged/,
    ],
    ['google_error', { route: 'start', kind: 'error' }, 'released', 1, /not charged/],
    ['no_video', { route: 'start', kind: 'empty' }, 'released', 1, /not charged/],
    ['interrupted', { route: 'start', kind: 'reset_after' }, 'uncertain', 1, /not asked twice/],
    ['interrupted', { route: 'start', kind: 'hang_after' }, 'uncertain', 1, /not asked twice/],
    ['interrupted', { route: 'start', kind: 'nameless' }, 'uncertain', 1, /not asked twice/],
    ['quota_exceeded', { route: 'start', kind: 'daily_quota', times: always }, 'released', 0, /Nothing was charged/],
    ['billing', { route: 'start', kind: 'billing', times: always }, 'released', 0, /admin/],
    ['bad_key', { route: 'start', kind: 'bad_key', times: always }, 'released', 0, /doctor/],
    ['model_retired', { route: 'start', kind: 'retired', times: always }, 'released', 0, /Omni/],
    ['lost_operation', { route: 'check', kind: 'lost', times: always }, 'uncertain', 1, /admin/],
    ['bad_video', { route: 'download', kind: 'truncated', times: always }, 'uncertain', 1, /again/],
  ]

  it.each(endings)('as %s where Google answers with %o', async (code, fault, charge, starts, sentence) => {
    studio.google.fault(fault)
    const { id } = await studio.submit()
    const ended = await studio.finish(await studio.read(id))
    reachedCodes.add(code)
    expect(ended).toMatchObject({ status: 'error', errorCode: code, charge, videoFile: null })
    expect(studio.google.starts).toHaveLength(starts)
    expect((await studio.commands.card(ended)).text).toMatch(sentence)
    expect(await studio.core.store.auditBooks()).toEqual([])
  })

  it('as quota_exceeded where Google’s allowance has let nothing begin for half a day', async () => {
    studio.google.fault({ route: 'start', kind: 'quota', times: always })
    const { id } = await studio.submit()
    await studio.core.store.change(id, {}, { errorFacts: { refusals: 317 } })
    const ended = await studio.finish(await studio.read(id))
    expect(ended).toMatchObject({ errorCode: 'quota_exceeded', charge: 'released', errorFacts: { limit: 'rate' } })
    expect(studio.google.starts).toEqual([])
    expect((await studio.commands.card(ended)).text).toMatch(/Nothing was charged/)
  })

  it('as completed after whatever may pass has passed, with one start at Google', async () => {
    studio.google.fault({ route: 'start', kind: 'quota', times: 2 })
    studio.google.fault({ route: 'check', kind: 'server_error', times: 3 })
    studio.google.fault({ route: 'download', kind: 'truncated', times: 2 })
    const ended = await studio.finish(await studio.submit())
    expect(ended).toMatchObject({ status: 'completed', charge: 'settled', errorCode: null })
    expect(studio.google.starts).toHaveLength(1)
  })

  it('as timed out when Google takes too long; trying again fetches what Google finished after all, unpaid', async () => {
    const operation = await studio.submit({ prompt: 'rehearse: 5000s' })
    await studio.step()
    studio.clock.now += 1_000_000
    const ended = await studio.finish(operation)
    reachedCodes.add('timed_out')
    expect(ended).toMatchObject({ errorCode: 'timed_out', charge: 'uncertain' })
    await studio.google.finish()
    const context = { eventId: 'discord:again', person, thread: null }
    const again = await studio.commands.rerun('retry', operation.id, context)
    expect(again).toMatchObject({ created: false, operation: { id: operation.id, status: 'processing' } })
    expect(await studio.finish(again.operation)).toMatchObject({ status: 'completed', charge: 'settled' })
    expect(studio.google.starts).toHaveLength(1)
  })

  it('as unreachable when nobody answers for a quarter of an hour, and nothing began', async () => {
    const operation = await studio.submit()
    await studio.google.close()
    const ended = await studio.finish(operation)
    reachedCodes.add('unreachable')
    expect(ended).toMatchObject({ errorCode: 'unreachable', charge: 'released', handle: null })
  })

  it.each([
    ['is asked', { route: 'check', kind: 'server_error' }],
    ['gives the video', { route: 'download', kind: 'truncated' }],
  ] as const)('as completed when the service was off for a day and Google stumbles as it %s', async (_, fault) => {
    const operation = await studio.submit()
    await studio.step()
    studio.clock.now += 25 * 3_600_000
    studio.google.fault(fault)
    expect(await studio.finish(operation)).toMatchObject({ status: 'completed', charge: 'settled' })
    expect(studio.google.starts).toHaveLength(1)
  })

  it('as bad_image when its image is not to be had, before Google is asked', async () => {
    const ended = await studio.finish(await studio.submit({ firstFrame: imageAt('https://example.com/lion.png') }))
    reachedCodes.add('bad_image')
    expect(ended).toMatchObject({ errorCode: 'bad_image', charge: 'released' })
    expect(studio.google.starts).toEqual([])
  })

  it('as cancelled by its requester while it waits, for nothing; not any more once Veo works', async () => {
    const waiting = await studio.submit()
    reachedCodes.add('cancelled')
    expect(await studio.commands.cancel(waiting.id, person)).toMatchObject({
      errorCode: 'cancelled',
      charge: 'released',
    })
    const running = await studio.submit()
    await studio.step()
    const card = await studio.commands.card(await studio.read(running.id))
    expect(card.buttons.map((each) => each.action)).toContain('cancel')
    const refusal = await refusalOf(studio.commands.cancel(running.id, person))
    expect(refusal).toMatchObject({ code: 'not_now', text: expect.stringContaining('paid for ($0.80)') })
    expect(await studio.finish(running)).toMatchObject({ status: 'completed' })
  })

  it('as cancelled once Omni works, where Google confirms it', async () => {
    const running = await studio.submit({ prompt: 'rehearse: 5000s', model: 'gemini-omni-1.1-flash' })
    await studio.step()
    const { model, store } = studio.core
    const { cancel } = model
    const { get } = store
    const [stopped, read, answered] = [
      Promise.withResolvers<void>(),
      Promise.withResolvers<void>(),
      Promise.withResolvers<void>(),
    ]
    let asked = 0
    model.cancel = async (...work) => {
      asked += 1
      const confirmed = await cancel(...work)
      stopped.resolve()
      if (asked === 1) await answered.promise
      return confirmed
    }
    const first = studio.commands.cancel(running.id, person)
    await stopped.promise
    // Pressed again while Google's answer to the first press is awaited: it is stopped, and nobody hears that it cannot be.
    store.get = (id) => get(id).finally(read.resolve)
    const second = studio.commands.cancel(running.id, person)
    await read.promise
    await settled()
    answered.resolve()
    for (const cancelled of await Promise.all([first, second])) {
      expect(cancelled).toMatchObject({ errorCode: 'cancelled', charge: 'uncertain' })
      expect((await studio.commands.card(cancelled)).text).toContain('may be charged')
    }
    expect(asked).toBe(1)
  })

  it('as cancelled once it is pressed again, where Google could not be reached at first', async () => {
    const { google, commands } = studio
    const running = await studio.submit({ prompt: 'rehearse: 5000s', model: 'gemini-omni-1.1-flash' })
    await studio.step()
    for (const kind of ['unavailable', 'quota', 'reset_before', 'reset_after'] as const) {
      google.fault({ route: 'cancel', kind })
      expect(await refusalOf(commands.cancel(running.id, person))).toEqual({
        code: 'unreachable',
        text: expect.stringMatching(/press “Cancel” again/),
      })
      const still = await studio.read(running.id)
      expect(still).toMatchObject({ status: 'processing', charge: 'reserved' })
      expect((await commands.card(still)).buttons.map((each) => each.action)).toContain('cancel')
    }
    expect(await commands.cancel(running.id, person)).toMatchObject({ errorCode: 'cancelled', charge: 'uncertain' })
  })

  it('as internal when a step throws what nobody foresaw, and says so without its particulars', async () => {
    const operation = await studio.submit()
    await studio.step()
    studio.core.files.saveVideo = () => Promise.reject(new TypeError('undefined is not a function'))
    const ended = await studio.finish(operation)
    reachedCodes.add('internal')
    expect(ended).toMatchObject({ errorCode: 'internal', charge: 'uncertain' })
    expect(JSON.stringify(await studio.commands.card(ended))).not.toContain('undefined is not')
  })
})

describe('a request is refused', () => {
  it('as invalid_request, with nothing stored', async () => {
    expect(await refusalOf(studio.submit({ durationSeconds: 5, resolution: '1080p', model: 'lite' }))).toMatchObject({
      code: 'invalid_request',
      text: expect.stringContaining('Possible: 8'),
    })
    expect((await studio.commands.list({}, admin, null, 10)).operations).toEqual([])
  })

  it('as over_budget, too_many_in_flight and not_found', async () => {
    await studio.submit({ model: 'veo-3.1-generate-preview' })
    const dear = await refusalOf(studio.submit({ model: 'veo-3.1-generate-preview' }))
    expect(dear).toMatchObject({ code: 'over_budget', text: expect.stringMatching(/\$1\.80 left.*2026-11-23/) })
    await studio.submit()
    await studio.submit()
    expect(await refusalOf(studio.submit())).toMatchObject({
      code: 'too_many_in_flight',
      text: expect.stringContaining('3'),
    })
    expect((await refusalOf(studio.commands.get('nobody', person))).code).toBe('not_found')
  })

  it('as forbidden to the banned, and for what only admins may', async () => {
    const { id } = await studio.submit()
    expect((await refusalOf(studio.commands.decide(id, 'approve', person))).code).toBe('forbidden')
    await studio.commands.ban(person.id, true, admin)
    expect((await refusalOf(studio.submit())).code).toBe('forbidden')
  })

  it('as paused, and what was accepted before waits without a start', async () => {
    const before = await studio.submit()
    await studio.commands.pause(true, admin)
    expect((await refusalOf(studio.submit())).code).toBe('paused')
    // The platform sends what was accepted once more: that is no new request.
    const { eventId, thread } = before
    const known = await studio.commands.submit({ eventId, person, thread, private: false, input: {} })
    expect(known).toMatchObject({ created: false, operation: { id: before.id } })
    await studio.step()
    expect(studio.google.starts).toEqual([])
    await studio.commands.pause(false, admin)
    expect(await studio.finish(before)).toMatchObject({ status: 'completed' })
  })

  it('as declined by an admin, whose name it tells', async () => {
    await studio.commands.changeSettings(person.workspace, { approvalAboveMicros: 500_000 }, admin)
    const held = await studio.submit()
    expect(held.hold).toBe('approval')
    await studio.step()
    const declined = await studio.commands.decide(held.id, 'decline', admin)
    reachedCodes.add('declined')
    expect(declined).toMatchObject({ errorCode: 'declined', charge: 'released', decidedBy: 'Otto' })
    expect((await studio.commands.card(declined)).text).toContain('Otto declined')
    expect(studio.google.starts).toEqual([])
  })

  it('as storage while nothing can be kept, with nothing spent', async () => {
    studio.core.health.trouble = new VideoError('storage', 'disk full', { retryable: true })
    expect((await refusalOf(studio.submit())).code).toBe('storage')
    studio.core.health.trouble = null
    expect(await studio.finish(await studio.submit())).toMatchObject({ status: 'completed' })
  })
})

/** A front end says this itself where a platform asks it to come back later: test/discord, test/slack. */
const saidByFrontEnds: readonly ErrorCode[] = ['busy']

afterAll(() => {
  expect([...reachedCodes, ...saidByFrontEnds].sort()).toEqual([...errorCodes].sort())
})
