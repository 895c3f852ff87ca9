import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { possibleActions } from '../../src/core/actions.ts'
import { VideoError } from '../../src/core/errors.ts'
import { forgetPeople } from '../../src/core/people.ts'
import type { CheckOutcome } from '../../src/core/ports/google.ts'
import type { OperationStore } from '../../src/core/ports/store.ts'
import { keepHouse } from '../../src/core/retire.ts'
import { openTestStore } from '../db/memory-store.ts'
import { ask, done, type House, openHouse, someone } from '../money/house.ts'

const day = 86_400_000
const anna = someone('anna')
const model = 'veo-3.1-fast-generate-001'

describe('the copy of a video that Google put into a bucket of the host', () => {
  let store: OperationStore
  let house: House
  let taken: string[]
  let reachable: boolean
  beforeEach(async () => {
    store = await openTestStore()
    house = openHouse({ store })
    taken = []
    reachable = true
    house.google.discard = async ({ sourceUri }) => {
      taken.push(sourceUri ?? 'none')
      if (!reachable) throw new VideoError('unreachable', 'nobody is there', { retryable: true })
    }
  })
  afterEach(() => store.close())

  async function completed(name: string): Promise<string> {
    const { operation } = await ask(house, anna, { model, prompt: name })
    await house.start()
    house.google.check = async () => ({ ...done, sourceUri: `gs://bucket/${name}.mp4` })
    house.clock.time += 60_000
    await house.check()
    expect((await store.get(operation.id))?.status).toBe('completed')
    return operation.id
  }
  const kept = async (id: string) => (await store.get(id))?.sourceUri

  it('stays while the video can be built on, and goes when it is tidied away', async () => {
    const id = await completed('one')
    await keepHouse(house.core)
    expect(taken).toEqual([])
    house.clock.time += 3 * day
    await keepHouse(house.core)
    expect(taken).toEqual(['gs://bucket/one.mp4'])
    expect(await kept(id)).toBeNull()
  })

  it('goes with what its person deletes, after which nothing can be built on it', async () => {
    const id = await completed('one')
    await house.commands.remove(id, anna)
    await vi.waitFor(async () => expect(await kept(id)).toBeNull())
    expect(taken).toEqual(['gs://bucket/one.mp4'])
    const building = ask(house, anna, { model, builds: 'extend', buildsOn: id, durationSeconds: 7 })
    await expect(building).rejects.toMatchObject({ problems: [{ rule: 'unknown_parent' }] })
  })

  it('is tried again for whoever asked to be forgotten, and until then nothing can be built on it', async () => {
    const id = await completed('one')
    reachable = false
    expect(await house.commands.forgetMe(anna)).toEqual({ removed: 1, running: 0, stays: 0 })
    await vi.waitFor(() => expect(taken).toHaveLength(1))
    expect(await kept(id)).toBe('gs://bucket/one.mp4')
    const building = ask(house, anna, { model, builds: 'extend', buildsOn: id, durationSeconds: 7 })
    await expect(building).rejects.toMatchObject({ problems: [{ rule: 'unknown_parent' }] })
    reachable = true
    await forgetPeople(house.core)
    expect(taken).toHaveLength(2)
    expect(await kept(id)).toBeNull()
    await forgetPeople(house.core)
    expect(taken).toHaveLength(2)
  })

  it('is not asked for a thousand times when Cloud Storage cannot be reached', async () => {
    await completed('one')
    await completed('two')
    reachable = false
    house.clock.time += 3 * day
    await keepHouse(house.core)
    expect(taken).toEqual(['gs://bucket/one.mp4'])
    expect(await store.expired(house.clock.time, 10)).toEqual([])
  })

  it('is what makes a Veo video one that can be extended', async () => {
    const row = await store.get(await completed('one'))
    if (!row) throw new Error('no row')
    expect(possibleActions(row, false, 0)).toContain('extend')
    expect(possibleActions({ ...row, sourceUri: null }, false, 0)).not.toContain('extend')
    // Nor what Google extends in no other resolution.
    const large = { ...row, request: { ...row.request, resolution: '1080p' as const } }
    expect(possibleActions(large, false, 0)).not.toContain('extend')
  })
})

describe('what Google keeps under its name for the work', () => {
  let store: OperationStore
  let house: House
  let taken: (string | null)[]
  beforeEach(async () => {
    store = await openTestStore()
    house = openHouse({ store })
    taken = []
    house.google.discard = async ({ handle }) => void taken.push(handle)
  })
  afterEach(() => store.close())

  /** Ended at Google, as the check says. */
  async function ended(outcome: CheckOutcome): Promise<{ id: string; handle: string | null }> {
    const { operation } = await ask(house, anna, { model: 'gemini-omni-1.1-flash' })
    await house.start()
    house.google.check = async () => outcome
    house.clock.time += 60_000
    await house.check()
    return { id: operation.id, handle: (await store.get(operation.id))?.handle ?? null }
  }
  const refused: CheckOutcome = { state: 'failed', error: new VideoError('blocked_by_safety', 'no') }

  it('stays where a video is only tidied away', async () => {
    const filed = { ...done, sourceUri: 'https://google/file' }
    const { id, handle } = await ended(filed)
    house.clock.time += 3 * day
    await keepHouse(house.core)
    expect(taken).toEqual([null])
    expect((await store.get(id))?.handle).toBe(handle)
  })

  it.each([
    ['a video', done],
    ['a refusal', refused],
  ])('goes with %s that its person deletes, once', async (_, outcome) => {
    const { id, handle } = await ended(outcome)
    expect(handle).not.toBeNull()
    await house.commands.remove(id, anna)
    await vi.waitFor(async () => expect((await store.get(id))?.handle).toBeNull())
    await house.commands.forgetMe(anna)
    await forgetPeople(house.core)
    expect(taken).toEqual([handle])
  })

  it('is nothing where Veo made it: its name stays, which stands on Google’s bill', async () => {
    const { operation } = await ask(house, anna, { model })
    await house.start()
    house.google.check = async () => done
    house.clock.time += 60_000
    await house.check()
    await house.commands.remove(operation.id, anna)
    await forgetPeople(house.core)
    expect(taken).toEqual([])
    expect((await store.get(operation.id))?.handle).not.toBeNull()
  })

  it('goes when its person asks to be forgotten after it was tidied away', async () => {
    const { handle } = await ended(done)
    house.clock.time += 3 * day
    await keepHouse(house.core)
    await house.commands.forgetMe(anna)
    await vi.waitFor(() => expect(taken).toEqual([handle]))
  })

  it('goes with what an admin made anew of it, also where that ends days after its person asked to be forgotten', async () => {
    let begun = 0
    house.google.start = async () => {
      begun += 1
      return `handle ${begun}`
    }
    const again = async (id: string) => {
      house.clock.time += 10_000
      const by = { eventId: `discord:again-${id}`, person: someone('otto', { admin: true }), thread: null }
      return (await house.commands.rerun('again', id, by)).operation.id
    }
    const hers = await ended(done)
    const copy = await again(hers.id)
    await house.start()
    house.clock.time += 60_000
    await house.check()
    const running = await again(copy)
    await house.start()
    await house.commands.forgetMe(anna)
    await vi.waitFor(() => expect(taken).toEqual(['handle 1', 'handle 2']))
    house.clock.time += 3 * day
    await forgetPeople(house.core)
    expect(await store.forgettings()).toHaveLength(1)
    await house.check()
    await forgetPeople(house.core)
    expect(taken).toEqual(['handle 1', 'handle 2', 'handle 3'])
    expect(await store.get(running)).toMatchObject({ status: 'completed', handle: null, request: { prompt: '' } })
    expect(await store.forgettings()).toEqual([])
  })

  it('keeps nobody waiting who deletes a video or asks to be forgotten, and is tried again for the latter', async () => {
    const first = await ended(done)
    const second = await ended(done)
    let begun = 0
    house.google.discard = () => {
      begun += 1
      return new Promise(() => {})
    }
    await house.commands.remove(first.id, anna)
    expect(await house.commands.forgetMe(anna)).toEqual({ removed: 1, running: 0, stays: 0 })
    await vi.waitFor(() => expect(begun).toBe(2))
    house.google.discard = async ({ handle }) => void taken.push(handle)
    await forgetPeople(house.core)
    expect(taken.sort()).toEqual([first.handle, second.handle].sort())
  })
})
