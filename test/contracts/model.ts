import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { VideoError } from '../../src/core/errors.ts'
import type { StartOrder, VideoModel } from '../../src/core/ports/google.ts'

/** What can befall a request on its way to Google, its effect there or its answer. */
export const ambiguousFaults = ['reset_before', 'reset_after', 'hang', 'server_error'] as const
export type ModelFault = (typeof ambiguousFaults)[number] | 'too_many' | 'overloaded'

/** One implementation together with the Google it talks to. */
export interface ModelStage {
  readonly model: VideoModel
  /** An order for the model under test, by text alone. */
  readonly order: StartOrder
  /** Whether the service can stop work that has begun. */
  readonly cancels: boolean
  /** Whether the service keeps prompt and video under its name for the work until it is told not to. */
  readonly keeps: boolean
  /** Requests that asked for a video, as Google counted them. */
  starts(): number | Promise<number>
  /** Befalls the next request of that kind. */
  fault(step: 'start' | 'check', fault: ModelFault): void | Promise<void>
  /** From now on this work is finished, with a video or with a refusal; resolves when a check can see it. */
  finish(handle: string, how: 'video' | 'refusal'): void | Promise<void>
  /** An order whose work Google refuses; the same as `order` where `finish` says so. */
  readonly refusedOrder: StartOrder
  stop(): Promise<void>
}

const never = new AbortController().signal

/** What every VideoModel promises to core, whichever service speaks. */
export function modelContract(name: string, setup: () => Promise<ModelStage>): void {
  describe(`a video model: ${name}`, () => {
    let stage: ModelStage
    beforeEach(async () => {
      stage = await setup()
    })
    afterEach(() => stage.stop())

    const failureOf = async (promise: Promise<unknown>): Promise<VideoError> => {
      const thrown = await promise.then(
        () => null,
        (reason: unknown) => reason,
      )
      expect(thrown).toBeInstanceOf(VideoError)
      return thrown as VideoError
    }

    it('offers the model under test', async () => {
      expect(await stage.model.available(never)).toContain(stage.order.request.model)
    })

    it('starts once, runs, and ends with a way to the video', async () => {
      const { model, order } = stage
      const handle = await model.start(order, never)
      expect(handle).not.toBe('')
      expect(await model.check(order.request.model, handle, never)).toEqual({ state: 'running' })
      await stage.finish(handle, 'video')
      const outcome = await vi.waitFor(
        async () => {
          const seen = await model.check(order.request.model, handle, never)
          expect(seen.state).toBe('done')
          return seen
        },
        { timeout: 15_000, interval: 50 },
      )
      if (outcome.state !== 'done') throw new Error('not done')
      if (outcome.source.kind === 'bytes') expect(outcome.source.bytes.subarray(4, 8).toString()).toBe('ftyp')
      else expect(outcome.source.uri).toMatch(/^https?:/)
      expect(await stage.starts()).toBe(1)
    })

    it('tells a refusal for safety with its category and Google’s reason', async () => {
      const { model, refusedOrder } = stage
      const handle = await model.start(refusedOrder, never)
      await stage.finish(handle, 'refusal')
      const outcome = await vi.waitFor(
        async () => {
          const seen = await model.check(refusedOrder.request.model, handle, never)
          expect(seen.state).toBe('failed')
          return seen
        },
        { timeout: 15_000, interval: 50 },
      )
      if (outcome.state !== 'failed') throw new Error('not failed')
      expect(outcome.error.code).toBe('blocked_by_safety')
      expect(outcome.error.facts.category).toBeTypeOf('string')
      expect(outcome.error.facts.reason).toBeTypeOf('string')
    })

    it.each(ambiguousFaults)(
      'does not ask twice when a start meets %s, and says that it is uncertain',
      async (fault) => {
        await stage.fault('start', fault)
        const error = await failureOf(stage.model.start(stage.order, never))
        expect(error.code).toBe('interrupted')
        expect(error.retryable).toBe(false)
        expect(await stage.starts()).toBe(1)
      },
    )

    it.each([
      ['too_many', 'quota_exceeded'],
      ['overloaded', 'google_error'],
    ] as const)('knows that nothing began when a start meets %s, and that it may come again', async (fault, code) => {
      await stage.fault('start', fault)
      const error = await failureOf(stage.model.start(stage.order, never))
      expect(error.code).toBe(code)
      expect(error.retryable).toBe(true)
      expect(await stage.starts()).toBe(1)
      expect(await stage.model.start(stage.order, never)).not.toBe('')
    })

    it('hears how long to wait after too many starts', async () => {
      await stage.fault('start', 'too_many')
      const error = await failureOf(stage.model.start(stage.order, never))
      expect(error.retryAfterSeconds).toBeGreaterThan(0)
    })

    it.each([...ambiguousFaults, 'too_many', 'overloaded'] as const)(
      'may look again after a check met %s',
      async (fault) => {
        const { model, order } = stage
        const handle = await model.start(order, never)
        await stage.fault('check', fault)
        const error = await failureOf(model.check(order.request.model, handle, never))
        expect(error.retryable).toBe(true)
        expect(await model.check(order.request.model, handle, never)).toEqual({ state: 'running' })
        expect(await stage.starts()).toBe(1)
      },
    )

    it('says for good that Google does not know a handle', async () => {
      const { model, order } = stage
      const handle = await model.start(order, never)
      const outcome = await model.check(order.request.model, `${handle}0000`, never)
      expect(outcome).toMatchObject({ state: 'failed', error: { code: 'lost_operation' } })
    })

    it('stops running work where the service can, and says so where it cannot', async () => {
      const { model, order } = stage
      const handle = await model.start(order, never)
      // Also to whoever asks once more: another instance, or whose first answer was lost.
      for (const _ of ['first', 'second']) {
        expect(await model.cancel(order.request.model, handle, never)).toBe(stage.cancels)
      }
      const outcome = await model.check(order.request.model, handle, never)
      expect(outcome.state).toBe(stage.cancels ? 'failed' : 'running')
    })

    it('takes away what the service would keep, and does not mind that it is gone', async () => {
      const { model, order } = stage
      const handle = await model.start(order, never)
      await stage.finish(handle, 'video')
      const kept = { model: order.request.model, handle, sourceUri: null }
      await model.discard(kept, never)
      await model.discard(kept, never)
      const outcome = await model.check(order.request.model, handle, never)
      expect(outcome.state).toBe(stage.keeps ? 'failed' : 'done')
    })

    it('leaves what is to stay', async () => {
      const { model, order } = stage
      const handle = await model.start(order, never)
      await stage.finish(handle, 'video')
      await model.discard({ model: order.request.model, handle: null, sourceUri: null }, never)
      expect((await model.check(order.request.model, handle, never)).state).toBe('done')
    })

    it('sends nothing once it was stopped before its turn', async () => {
      const error = await failureOf(stage.model.start(stage.order, AbortSignal.abort()))
      expect(error).toMatchObject({ code: 'unreachable', retryable: true })
      expect(await stage.starts()).toBe(0)
    })

    it('is uncertain about a start that was stopped on its way', async () => {
      await stage.fault('start', 'hang')
      const stop = new AbortController()
      const started = failureOf(stage.model.start(stage.order, stop.signal))
      await vi.waitFor(async () => expect(await stage.starts()).toBe(1))
      stop.abort()
      expect((await started).code).toBe('interrupted')
      expect(await stage.starts()).toBe(1)
    })
  })
}
