import { Readable } from 'node:stream'
import type { types } from '@slack/bolt'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { filledIn } from '../../src/bots/slack/filled.ts'
import { formView } from '../../src/bots/slack/form.ts'
import { shownFirst } from '../../src/bots/slack/wish.ts'
import { findModel } from '../../src/core/models.ts'
import type { Operation } from '../../src/core/operation.ts'
import type { Rerun } from '../../src/core/ports/commands.ts'
import { money } from '../../src/core/wording.ts'
import { person, Studio } from '../core/studio.ts'
import { fill, stateOf } from './stand-in/people.ts'
import { replaceView } from './stand-in/views.ts'
import { type Json, type OpenView, Workspace } from './stand-in/workspace.ts'

describe('the form for a new video, out of an earlier one or of a picture', () => {
  let studio: Studio
  beforeAll(async () => {
    studio = await Studio.open({ maxInFlightPerRequester: null, requesterDailyMicros: null })
  })
  afterAll(() => studio.close())

  const slackPerson = { ...person, outsider: false, known: true }
  const open = (relation: Rerun, parent: Operation) => {
    const purpose = { thread: 'slack:T1:C1', relation, parentId: parent.id }
    return formView(studio.commands, slackPerson, purpose, shownFirst(relation, parent))
  }
  const fieldsIn = ({ blocks }: types.ModalView) => blocks.map((each) => each.block_id?.split(':')[0])
  const saidIn = ({ blocks }: types.ModalView) => JSON.stringify(blocks.at(-1))
  /** Sends it off with other words and `chosen`, as Slack hands it over. */
  const send = async (relation: Rerun, parent: Operation, view: types.ModalView, chosen: object = {}) => {
    const values = stateOf(view.blocks as unknown as Json[], { prompt: 'It runs on', ...chosen })
    const context = { eventId: `slack:${parent.id}:${relation}`, person, thread: null, input: filledIn(values).input }
    return (await studio.commands.rerun(relation, parent.id, context)).operation
  }
  /** What it says, and what was made of it as it was opened. */
  const both = async (relation: Rerun, parent: Operation) => {
    const view = await open(relation, parent)
    const made = await send(relation, parent, view)
    const { model, durationSeconds, resolution, aspectRatio } = made.request
    const price = `*Price: ${money(made.priceMicros)}*  ·  ${findModel(model)?.name}  ·  `
    return { view, made, truth: `${price}${resolution}, ${aspectRatio}, ${durationSeconds} s` }
  }

  it.each(['veo-3.1-generate-preview', 'gemini-omni-1.1-flash'])(
    'says the price and model of what is made, also of what was extended: %s',
    async (model) => {
      const first = await studio.finish(await studio.submit({ model, resolution: '720p', durationSeconds: 4 }))
      const extended = await both('extend', first)
      expect(saidIn(extended.view)).toContain(extended.truth)
      const longer = await studio.finish(extended.made)
      const anew = await both('edit_prompt', longer)
      expect(saidIn(anew.view)).toContain(anew.truth)
      expect(anew.made.request).toMatchObject({ model, builds: 'extend' })
      // None that the extension leaves no choice of.
      expect(fieldsIn(anew.view)).toEqual(['prompt', 'negative', 'seed', 'options', undefined])
      const onward = await both('last_frame', longer)
      expect(saidIn(onward.view)).toContain(onward.truth)
      expect(onward.made.request).toMatchObject({ model, builds: null, durationSeconds: 8 })
    },
  )

  it('takes the length that is chosen for what begins with the last frame of an extension', async () => {
    const first = await studio.finish(await studio.submit({ durationSeconds: 4 }))
    const longer = await studio.finish((await both('extend', first)).made)
    const view = await open('last_frame', longer)
    const length = view.blocks.find((each) => each.block_id?.startsWith('duration:'))?.block_id ?? ''
    const made = await send('last_frame', longer, view, { [length]: '6' })
    expect(made.request).toMatchObject({ durationSeconds: 6, builds: null })
  })

  it('of a draft says what the draft costs that is made of it', async () => {
    const wanted = { model: 'veo-3.1-generate-preview', resolution: '4k' } as const
    const draft = await studio.finish(await studio.submit({ ...wanted, draft: true }))
    for (const relation of ['last_frame', 'edit_prompt'] as const) {
      const { view, made, truth } = await both(relation, draft)
      expect(saidIn(view)).toContain(truth)
      const picture = relation === 'last_frame' ? (findModel(made.request.model)?.input?.microsPerPicture ?? 0) : 0
      expect(made).toMatchObject({ priceMicros: draft.priceMicros + picture, request: { draft: wanted } })
    }
  })

  it('leaves the model open where it is gone, says that of what needs it, and forgets nothing else', async () => {
    const gone = 'veo-3.1-generate-preview'
    const wanted = { model: gone, aspectRatio: '9:16', resolution: '1080p', durationSeconds: 8 } as const
    const tall = await studio.finish(await studio.submit(wanted))
    const first = await studio.finish(await studio.submit({ model: gone, durationSeconds: 4 }))
    studio.core.offered.retire(gone)
    const { view, made, truth } = await both('edit_prompt', tall)
    expect(saidIn(view)).toContain(truth)
    expect(made.request).toMatchObject({ ...wanted, model: 'veo-3.1-fast-generate-preview' })
    expect(saidIn(await open('extend', first))).toMatch(
      /Not possible yet: That model is gone\..* Ask for a new video with Gemini Omni 1\.2\./,
    )
  })

  it('shows what is made and what that costs, also where a choice cannot be had and is taken back', async () => {
    const create = { width: 16, height: 16, channels: 3, background: { r: 9, g: 9, b: 9 } } as const
    const picture = await studio.commands.takeImage(Readable.from([await sharp({ create }).png().toBuffer()]))
    const references = [picture, picture]
    const parent = await studio.finish(await studio.submit({ references, durationSeconds: 8 }))
    const view = await open('edit_prompt', parent)
    const place = { id: 'V1', user: 'U1', kind: 'modal', hash: '', history: [], errors: null, closed: false } as const
    const shown: OpenView = { ...place, history: [], held: new Map(), view: view as unknown as Json }
    const purpose = { thread: 'slack:T1:C1', relation: 'edit_prompt', parentId: parent.id } as const
    // References need 8 seconds. Whoever does not believe it chooses once more.
    for (const _ of ['once', 'twice']) {
      const blocks = shown.view.blocks as { block_id?: string }[]
      const length = blocks.find((each) => each.block_id?.startsWith('duration:'))?.block_id ?? ''
      const { input } = filledIn(fill(shown, { prompt: 'It runs on', [length]: '4' }))
      const next = await formView(studio.commands, slackPerson, purpose, input)
      replaceView({ space: new Workspace() }, shown, next as unknown as Json)
      expect(filledIn(fill(shown, {})).input.durationSeconds).toBeNull()
    }
    const context = { eventId: 'slack:back', person, thread: null, input: filledIn(fill(shown, {})).input }
    const { operation } = await studio.commands.rerun('edit_prompt', parent.id, context)
    expect(JSON.stringify(shown.view)).toContain(`*Price: ${money(operation.priceMicros)}*`)
  })

  it('on a picture says what a video with that picture costs', async () => {
    const url = 'https://files.slack.com/lion.png'
    const image = { kind: 'remote', url, declaredType: 'image/png', declaredBytes: 100, name: 'lion.png' } as const
    const wanted = { prompt: 'It roars', model: 'gemini-omni-1.2-flash' }
    const view = await formView(studio.commands, slackPerson, { thread: 'slack:T1:C1', image }, wanted)
    const { priceMicros } = await studio.submit({ ...wanted, firstFrame: image })
    expect(saidIn(view)).toContain(`*Price: ${money(priceMicros)}*`)
  })
})
