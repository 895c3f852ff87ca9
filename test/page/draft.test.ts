import { describe, expect, it } from 'vitest'
import {
  bodyOf,
  choicesFor,
  type Draft,
  emptyDraft,
  priceOf,
  quoteOf,
  settled,
  takesPictures,
  withoutPicture,
  withoutSent,
  withPicture,
} from '../../src/bots/web/page/draft.ts'
import { presentModel } from '../../src/bots/web/present.ts'
import { catalogue } from '../../src/core/models.ts'
import { parseRequest, priceOf as priceInCore } from '../../src/core/request.ts'

const models = catalogue.map(presentModel)
const picture = (id: string) => ({ id, file: new File(['x'], `${id}.png`, { type: 'image/png' }) })
const saved = (file: string) => ({ kind: 'saved', file, mimeType: 'image/png', width: 64, height: 36 }) as const

function arranged(draft: Draft) {
  const choices = choicesFor(draft, models)
  if (!choices) throw new Error('nothing is offered')
  return { choices, ready: settled(draft, choices) }
}

describe('what the composer lets a person choose', () => {
  it.each(catalogue.map((model) => [model.id, model] as const))(
    'is what core takes, at the price core says: every choice of %s',
    (id, model) => {
      const pictures = [
        {},
        { first: picture('a') },
        { first: picture('a'), last: picture('b') },
        { references: Array.from({ length: model.maxReferences }, (_, index) => picture(String(index))) },
      ]
      for (const given of pictures) {
        const draft = { ...emptyDraft, ...given, model: id, prompt: 'A lion' }
        if (!takesPictures(presentModel(model), draft)) continue
        const { resolutions, aspects } = arranged(draft).choices
        for (const resolution of resolutions) {
          for (const aspect of aspects) {
            for (const duration of arranged({ ...draft, resolution }).choices.durations) {
              const { ready, choices } = arranged({ ...draft, resolution, aspect, duration })
              const { prompt, aspect_ratio: aspectRatio, duration: durationSeconds } = bodyOf(ready)
              const input = {
                prompt,
                model: ready.model,
                aspectRatio,
                durationSeconds,
                resolution,
                firstFrame: draft.first && saved('a'),
                lastFrame: draft.last && saved('b'),
                references: draft.references.map(({ id: file }) => saved(file)),
              }
              const request = parseRequest(input, catalogue)
              expect(request).toMatchObject({ model: id, resolution, aspectRatio: aspect, durationSeconds: duration })
              expect(Math.round((priceOf(ready, choices.model) ?? 0) * 1_000_000)).toBe(priceInCore(request, model))
            }
          }
        }
      }
    },
  )

  it('keeps what was chosen where another model allows it, and takes the usual where not', () => {
    const chosen = {
      ...emptyDraft,
      model: 'veo-3.1-generate-preview',
      resolution: '4k',
      aspect: '9:16',
      negative: 'rain',
    }
    expect(arranged(chosen).ready).toMatchObject({ resolution: '4k', duration: 8, aspect: '9:16', negative: 'rain' })
    expect(arranged({ ...chosen, model: 'veo-3.1-lite-generate-preview' }).ready).toMatchObject({
      resolution: '720p',
      aspect: '9:16',
    })
    expect(arranged({ ...chosen, model: 'gemini-omni-1.1-flash' }).ready).toMatchObject({
      resolution: '4k',
      negative: '',
    })
  })

  it('takes a first frame, then a last one, and nothing further; references only without them', () => {
    const { choices } = arranged(emptyDraft)
    const one = withPicture(emptyDraft, picture('a'), choices)
    expect(one.first?.id).toBe('a')
    expect(arranged(one).choices.slots).toEqual(['last'])
    const two = withPicture(one, picture('b'), arranged(one).choices)
    expect(two.last?.id).toBe('b')
    expect(withPicture(two, picture('c'), arranged(two).choices)).toBe(two)
    const things = withPicture(emptyDraft, picture('a'), choices, 'reference')
    expect(arranged(things).choices.slots).toEqual(['reference'])
  })

  it('makes the last frame the first when that is taken out', () => {
    const two = { ...emptyDraft, first: picture('a'), last: picture('b') }
    expect(withoutPicture(two, 'a')).toMatchObject({ first: { id: 'b' }, last: null })
    expect(withoutPicture(two, 'b')).toMatchObject({ first: { id: 'a' }, last: null })
  })

  it('keeps what was written or added while the rest was being sent', () => {
    const sent = { ...emptyDraft, prompt: 'A lion', first: picture('a'), references: [picture('r')] }
    expect(withoutSent({ ...sent, prompt: 'A lion ' }, sent)).toEqual(emptyDraft)
    const added = { ...sent, prompt: 'A tiger', last: picture('b'), references: [picture('r'), picture('s')] }
    expect(withoutSent(added, sent)).toMatchObject({
      prompt: 'A tiger',
      first: { id: 'b' },
      last: null,
      references: [{ id: 's' }],
    })
  })

  it('asks for the price with the pictures that will be sent, also before there are words', () => {
    const one = { ...emptyDraft, references: [picture('a')], cheapFirst: true }
    const images = { first_frame: false, last_frame: false, references: 1 }
    expect(quoteOf(one)).toEqual({ prompt: '…', draft: 'true', images })
    const two = { ...emptyDraft, prompt: ' A lion ', first: picture('a'), last: picture('b') }
    expect(quoteOf(two)).toEqual({ prompt: 'A lion', images: { first_frame: true, last_frame: true, references: 0 } })
  })

  it('offers nothing where no model is', () => {
    expect(choicesFor(emptyDraft, [])).toBeNull()
  })
})
