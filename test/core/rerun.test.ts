import sharp from 'sharp'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { asVideoError, VideoError } from '../../src/core/errors.ts'
import type { Operation } from '../../src/core/operation.ts'
import type { Rerun } from '../../src/core/ports/commands.ts'
import type { VideoRequestInput } from '../../src/core/request.ts'
import { keepHouse } from '../../src/core/retire.ts'
import { describeError } from '../../src/core/wording.ts'
import { admin, person, Studio } from './studio.ts'

describe('a button that makes a new video, pressed again because no answer came', () => {
  let studio: Studio
  beforeEach(async () => {
    studio = await Studio.open({ maxInFlightPerRequester: null })
  })
  afterEach(() => studio.close())

  async function finished() {
    return studio.finish(await studio.submit())
  }

  function press(relation: Rerun, id: string, event: string, prompt?: string, by = person) {
    const input = prompt === undefined ? {} : { prompt }
    return studio.commands.rerun(relation, id, { eventId: `discord:${event}`, person: by, thread: 'discord:1', input })
  }

  it('is one video as long as nothing stands in the thread about the first', async () => {
    const { id } = await finished()
    const first = await press('again', id, 'press-1')
    const second = await press('again', id, 'press-2')
    expect(second).toEqual({ operation: first.operation, created: false })
  })

  it('is one video of a double click, also where another instance has shown the first already', async () => {
    const { id } = await finished()
    const first = await press('again', id, 'press-1')
    await studio.commands.posted(first.operation, 'discord:status')
    studio.clock.now += 1_900
    expect(await press('again', id, 'press-2')).toMatchObject({ created: false, operation: { id: first.operation.id } })
    await studio.step()
    // The parent's start and the first press's.
    expect(studio.google.starts).toHaveLength(2)
  })

  it('is another one once the first was shown, after the time of a double click', async () => {
    const { id } = await finished()
    const first = await press('again', id, 'press-1')
    await studio.commands.posted(first.operation, 'discord:status')
    studio.clock.now += 2_000
    expect((await press('again', id, 'press-2')).created).toBe(true)
  })

  it('is another one for other words, of another person, or as another button', async () => {
    const { id } = await finished()
    await press('edit_prompt', id, 'press-1', 'a lion')
    expect((await press('edit_prompt', id, 'press-2', 'a lion')).created).toBe(false)
    expect((await press('edit_prompt', id, 'press-3', 'a tiger')).created).toBe(true)
    expect((await press('edit_prompt', id, 'press-4', 'a lion', admin)).created).toBe(true)
    expect((await press('again', id, 'press-5')).created).toBe(true)
  })

  it('is another one for the same words with other settings', async () => {
    const { id } = await finished()
    const lion = (event: string, durationSeconds: number) => {
      const context = {
        eventId: `discord:${event}`,
        person,
        thread: 'discord:1',
        input: { prompt: 'a lion', durationSeconds },
      }
      return studio.commands.rerun('edit_prompt', id, context)
    }
    await lion('press-1', 4)
    expect((await lion('press-2', 4)).created).toBe(false)
    expect(await lion('press-3', 8)).toMatchObject({ created: true, operation: { request: { durationSeconds: 8 } } })
  })
})

it('what changes a film that was extended costs its whole length, and is refused where it is too long', async () => {
  const studio = await Studio.open({ maxInFlightPerRequester: null })
  const built = async (relation: Rerun, id: string, event: string, durationSeconds: number | null) => {
    const context = { eventId: `web:${event}`, person, thread: null, input: { prompt: 'a lion', durationSeconds } }
    return studio.finish((await studio.commands.rerun(relation, id, context)).operation)
  }
  const first = await studio.finish(
    await studio.submit({ prompt: 'a lion', model: 'gemini-omni-1.1-flash', durationSeconds: 5 }),
  )
  const longer = await built('extend', first.id, 'one', 5)
  const changed = await built('edit', longer.id, 'two', null)
  // Ten seconds made, and ten seconds given in.
  expect(changed).toMatchObject({ priceMicros: 1_010_000 + 86_880 })
  const [, extension, edit] = studio.google.starts
  expect([longer.priceMicros >= (extension?.micros ?? 0), changed.priceMicros]).toEqual([true, edit?.micros])
  const longest = await built('extend', longer.id, 'three', 3)
  await expect(built('edit', longest.id, 'four', null)).rejects.toMatchObject({
    problems: [{ rule: 'parent_too_long', facts: { limit: 10 } }],
  })
  await studio.close()
})

it('a film of Omni 1.2 grows to 30 seconds, as long as Google lets it', async () => {
  const studio = await Studio.open({ maxInFlightPerRequester: null })
  const wish = { prompt: 'a lion', model: 'gemini-omni-1.2-flash', durationSeconds: 15 }
  const grown = async (id: string, event: string, durationSeconds: number) => {
    const context = { eventId: `web:${event}`, person, thread: null, input: { prompt: 'on', durationSeconds } }
    return studio.finish((await studio.commands.rerun('extend', id, context)).operation)
  }
  const longer = await grown((await studio.finish(await studio.submit(wish))).id, 'one', 10)
  await expect(grown(longer.id, 'two', 6)).rejects.toMatchObject({
    problems: [{ rule: 'parent_too_long', facts: { limit: 30 } }],
  })
  expect(await grown(longer.id, 'three', 5)).toMatchObject({ status: 'completed' })
  await studio.close()
})

describe('trying again what timed out looks at Google once more, for nothing', () => {
  let studio: Studio
  beforeEach(async () => {
    studio = await Studio.open()
  })
  afterEach(() => studio.close())

  async function timedOut() {
    const operation = await studio.submit({ prompt: 'rehearse: 5000s' })
    await studio.step()
    studio.clock.now += 1_000_000
    return studio.finish(operation)
  }
  const press = (id: string, eventId: string) => studio.commands.rerun('retry', id, { eventId, person, thread: null })

  it('also where the same press is sent twice, because its answer was lost', async () => {
    const { id } = await timedOut()
    await press(id, 'web:key')
    expect(await press(id, 'web:key')).toMatchObject({ created: false, operation: { id, status: 'processing' } })
    await studio.step()
    expect(studio.google.starts).toHaveLength(1)
  })

  it('and keeps the video for as long as any other, although its pictures were tidied away meanwhile', async () => {
    const { id } = await timedOut()
    await studio.core.store.change(id, {}, { retiredAt: studio.clock.now })
    const { operation } = await press(id, 'discord:1')
    await studio.google.finish()
    const ended = await studio.finish(operation)
    expect(ended).toMatchObject({ status: 'completed', retiredAt: null })
    expect((await studio.commands.card(ended)).title).toBe('Your video is ready')
    expect(await studio.core.store.ownsFile(ended.videoFile ?? '')).toBe(true)
  })

  it('also where its button is pressed once more after the look brought the video', async () => {
    const { id } = await timedOut()
    const { operation } = await press(id, 'discord:1')
    await studio.google.finish()
    await studio.finish(operation)
    expect(await press(id, 'discord:2')).toMatchObject({ created: false, operation: { id, status: 'completed' } })
    await studio.step()
    expect(studio.google.starts).toHaveLength(1)
  })
})

it('going on from the last frame of a draft makes a draft of the same final version', async () => {
  const studio = await Studio.open()
  const wanted = { model: 'veo-3.1-generate-preview', resolution: '4k' } as const
  const draft = await studio.finish(await studio.submit({ ...wanted, draft: true }))
  const context = { eventId: 'discord:on', person, thread: null }
  const { operation } = await studio.commands.rerun('last_frame', draft.id, context)
  expect(operation.request).toMatchObject({ model: draft.request.model, draft: wanted })
  await studio.close()
})

it('going on from the last frame of an extended video is a video of a length that the model has', async () => {
  const studio = await Studio.open({ requesterDailyMicros: null })
  const short = { model: 'veo-3.1-fast-generate-preview', resolution: '720p', durationSeconds: 4 } as const
  const first = await studio.finish(await studio.submit(short))
  const press = (relation: Rerun, id: string) =>
    studio.commands.rerun(relation, id, {
      eventId: `discord:${relation}`,
      person,
      thread: null,
      input: { prompt: 'on' },
    })
  const longer = await studio.finish((await press('extend', first.id)).operation)
  expect(longer).toMatchObject({ status: 'completed', request: { durationSeconds: 7 } })
  const { operation } = await press('last_frame', longer.id)
  expect(operation.request).toMatchObject({ model: short.model, resolution: '720p', durationSeconds: 8, builds: null })
  await studio.close()
})

it('whoever wants one more of a model that is gone is told which to ask for, and gets it where they name it', async () => {
  const studio = await Studio.open({ maxInFlightPerRequester: null, requesterDailyMicros: null })
  const model = 'veo-3.1-fast-generate-preview'
  const video = await studio.finish(await studio.submit({ model }))
  studio.google.fault({ route: 'start', kind: 'retired' })
  const refused = await studio.finish(await studio.submit({ model }))
  const card = await studio.commands.card(refused)
  expect(card.text).toMatch(/Ask for a new video with Gemini Omni 1\.2\.$/)
  expect(card.buttons.map(({ action }) => action)).toEqual(['edit_prompt', 'delete'])
  const press = (relation: Rerun, id: string, input: VideoRequestInput = {}) =>
    studio.commands.rerun(relation, id, { eventId: `discord:${relation}:${id}`, person, thread: null, input })
  const told = (refusal: unknown) => describeError(asVideoError(refusal), 'en').text
  const answer = (relation: Rerun, id: string) => press(relation, id).then(() => 'made', told)
  const sentence =
    'Veo 3.1 Fast can no longer be used here. Nothing was started or charged. Ask for a new video with Gemini Omni 1.2.'
  for (const relation of ['again', 'edit_prompt', 'last_frame', 'extend'] as const) {
    expect(await answer(relation, video.id)).toBe(sentence)
    expect(await studio.commands.quoteRerun(relation, video.id, { person }).catch(told)).toBe(sentence)
  }
  expect(await answer('retry', refused.id)).toBe(sentence)
  await studio.commands.changeSettings(person.workspace, { allowedModels: ['veo-3.1-lite-generate-preview'] }, admin)
  expect(await answer('again', video.id)).toMatch(/Ask for a new video with Veo 3\.1 Lite\.$/)
  const { operation } = await press('edit_prompt', video.id, { prompt: 'A tiger', model: 'lite' })
  expect(operation.request.model).toBe('veo-3.1-lite-generate-preview')
  await studio.close()
})

describe('what was tidied away', () => {
  let studio: Studio
  beforeEach(async () => {
    studio = await Studio.open({ maxInFlightPerRequester: null })
  })
  afterEach(() => studio.close())

  const nothingToPromise = 'so it cannot be made again; ask for a new one.'
  async function picture() {
    const pixels = { width: 64, height: 64, channels: 3, background: '#f80' } as const
    return studio.commands.takeImage(sharp({ create: pixels }).png())
  }
  async function tidiedAway(given: Operation) {
    studio.clock.now += 3 * 86_400_000
    await keepHouse(studio.core)
    const operation = await studio.read(given.id)
    expect(operation.retiredAt).not.toBeNull()
    const { text, buttons } = await studio.commands.card(operation)
    return { operation, text, actions: buttons.map(({ action }) => action) }
  }
  const press = (relation: Rerun, { id }: Operation, input: VideoRequestInput = {}) =>
    studio.commands.rerun(relation, id, { eventId: `discord:${relation}`, person, thread: null, input })

  it('is made again from its words alone', async () => {
    const { operation, text, actions } = await tidiedAway(await studio.finish(await studio.submit()))
    expect(text).toBe('Videos are kept for 2 days. Its settings are still here, so it can be made again.')
    expect(actions).toEqual(['again', 'edit_prompt', 'delete'])
    expect((await press('again', operation)).created).toBe(true)
  })

  it('is not promised, nor accepted, once its pictures went with it, unless others are given', async () => {
    const made = await studio.finish(await studio.submit({ firstFrame: await picture() }))
    const { operation, text, actions } = await tidiedAway(made)
    expect(text).toContain(nothingToPromise)
    expect(actions).toEqual(['delete'])
    const refusal = await press('again', operation).catch((thrown: unknown) => thrown)
    if (!(refusal instanceof VideoError)) throw new Error('not refused')
    expect(describeError(refusal, 'en').text).toMatch(/pictures of this video are no longer kept.*attach them/)
    expect(await studio.core.store.children(operation.id)).toEqual([])
    const { created } = await press('edit_prompt', operation, { firstFrame: await picture() })
    expect(created).toBe(true)
  })

  it('is not offered to be tried again where it failed and its pictures are gone', async () => {
    studio.google.fault({ route: 'start', kind: 'safety', supportCode: '15236754' })
    const failed = await studio.finish(await studio.submit({ firstFrame: await picture() }))
    const { text, actions } = await tidiedAway(failed)
    expect(text).toContain(nothingToPromise)
    expect(actions).toEqual(['delete'])
    // Nor where Google might have had it for two days.
    const ended = { errorCode: 'timed_out', handle: 'models/x/operations/1', startedAt: failed.finishedAt } as const
    const doubtful = await studio.core.store.change(failed.id, {}, ended, { visible: true })
    const card = await studio.commands.card(doubtful ?? failed)
    expect(card.text).toContain(nothingToPromise)
    expect(card.buttons.map(({ action }) => action)).toEqual(['delete'])
    expect(studio.commands.actionsFor(doubtful ?? failed, person)).toEqual(['delete'])
    await expect(press('retry', failed)).rejects.toMatchObject({ facts: { variant: 'no_pictures' } })
    // Within them, a look is free.
    studio.clock.now -= 2 * 86_400_000
    expect(studio.commands.actionsFor(doubtful ?? failed, person)).toEqual(['delete', 'retry'])
  })

  it('is not promised where it was built on a video that Google keeps no longer', async () => {
    const first = await studio.finish(await studio.submit({ model: 'omni', durationSeconds: 5 }))
    const longer = await studio.finish((await press('extend', first, { durationSeconds: 3 })).operation)
    const { text, actions } = await tidiedAway(longer)
    expect(text).toContain(nothingToPromise)
    expect(actions).toEqual(['delete'])
  })
})
