import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { VideoError } from '../../src/core/errors.ts'
import { estimateTokens } from '../../src/core/fit.ts'
import { catalogue, findModel, type ModelSpec } from '../../src/core/models.ts'
import { parseRequest, priceOf, type SavedImage } from '../../src/core/request.ts'

const developer = catalogue.filter((model) => model.service === 'developer')
const image: SavedImage = { kind: 'saved', file: 'uploads/input_a.png', mimeType: 'image/png', width: 4, height: 4 }

function problemsOf(input: unknown, offered: readonly ModelSpec[] = developer) {
  try {
    parseRequest(input, offered)
  } catch (error) {
    if (error instanceof VideoError) return error.problems
    throw error
  }
  return []
}

describe('a request', () => {
  it('needs only a prompt: the preferred model, 16:9, 720p, 8 seconds', () => {
    const request = parseRequest({ prompt: ' A lion ' }, developer)
    expect(request).toMatchObject({ prompt: 'A lion', aspectRatio: '16:9', resolution: '720p', durationSeconds: 8 })
    expect(request.model).toBe(developer[0]?.id)
  })

  it('is refused with all its problems at once, each saying what would be accepted', () => {
    const input = {
      prompt: '',
      model: 'veo-3.1-lite-generate-preview',
      resolution: '1080p',
      durationSeconds: '5s',
      seed: 7,
      references: [image],
    }
    const problems = problemsOf(input)
    expect(problems.map((each) => `${each.field} ${each.rule}`)).toEqual([
      'prompt required',
      'durationSeconds not_offered',
      'seed not_with',
      'references not_with',
    ])
    expect(problems[1]?.accepted).toEqual(['8'])
  })

  it('goes to the first model that can do all of it', () => {
    const omni = findModel('gemini-omni-1.1-flash')
    if (!omni) throw new Error('no Omni in the catalogue')
    expect(parseRequest({ prompt: 'x', durationSeconds: 10 }, [...developer, omni]).model).toBe(omni.id)
  })

  it('is priced no lower than what Google bills a second of Omni 1.2', () => {
    const [omni] = catalogue.filter((model) => model.service === 'omni')
    if (!omni) throw new Error('no Omni in the catalogue')
    const prices = omni.offers.map(({ resolution }) => {
      const request = parseRequest({ prompt: 'x', resolution, durationSeconds: 10 }, [omni])
      return [request.model, request.resolution, priceOf(request, omni)]
    })
    expect(prices).toEqual([
      ['gemini-omni-1.2-flash', '360p', 232_000],
      ['gemini-omni-1.2-flash', '720p', 700_000],
      ['gemini-omni-1.2-flash', '1080p', 1_050_000],
      ['gemini-omni-1.2-flash', '4k', 2_100_000],
    ])
  })

  it('is priced with what Google bills of what is given to Omni: its pictures, and the video it comes of', () => {
    const [omni] = catalogue.filter((model) => model.id === 'gemini-omni-1.2-flash')
    if (!omni) throw new Error('no Omni in the catalogue')
    const made = { prompt: 'x', resolution: '720p', durationSeconds: 10 }
    const costs = (more: object) => priceOf(parseRequest({ ...made, ...more }, [omni]), omni) - 700_000
    expect(costs({ firstFrame: image, lastFrame: image })).toBe(2 * 3_060)
    expect(costs({ references: [image, image, image] })).toBe(3 * 3_060)
    expect(costs({ builds: 'edit', buildsOn: 'a' })).toBe(10 * 8_688)
    expect(costs({ builds: 'extend', buildsOn: 'a' })).toBe(10 * 8_688)
  })

  it('names a model by id, by name or by a word of it', () => {
    for (const model of ['veo-3.1-lite-generate-preview', 'Veo 3.1 Lite', 'lite']) {
      expect(parseRequest({ prompt: 'x', model }, developer).model).toBe('veo-3.1-lite-generate-preview')
    }
    expect(problemsOf({ prompt: 'x', model: 'sora' })[0]).toMatchObject({
      field: 'model',
      given: 'sora',
      rule: 'not_offered',
    })
  })

  it('takes 8 seconds by itself where 1080p or references require it', () => {
    expect(parseRequest({ prompt: 'x', resolution: '1080p' }, developer).durationSeconds).toBe(8)
    expect(problemsOf({ prompt: 'x', references: [image], durationSeconds: 4 })[0]?.accepted).toEqual(['8'])
  })

  it('refuses a last frame without a first, a fourth reference, and an unknown ratio', () => {
    expect(problemsOf({ prompt: 'x', lastFrame: image })[0]?.rule).toBe('needs_first_frame')
    expect(problemsOf({ prompt: 'x', references: [image, image, image, image] })[0]?.rule).toBe('too_many')
    expect(problemsOf({ prompt: 'x', aspectRatio: '4:3' })[0]?.accepted).toEqual(['16:9', '9:16'])
  })

  it('lasts up to 15 seconds on Omni 1.2 from words or one picture, and 10 between two', () => {
    const omni = catalogue.filter((model) => model.id === 'gemini-omni-1.2-flash')
    const wish = { prompt: 'x', firstFrame: image, durationSeconds: 15 }
    expect(parseRequest(wish, omni).durationSeconds).toBe(15)
    expect(problemsOf({ ...wish, lastFrame: image }, omni)).toMatchObject([
      { field: 'durationSeconds', accepted: ['3', '4', '5', '6', '7', '8', '9', '10'] },
    ])
  })

  it('has an extension last what the model adds, at the resolution it asks for', () => {
    const request = parseRequest({ prompt: 'x', builds: 'extend', buildsOn: 'a' }, developer)
    expect(request).toMatchObject({ resolution: '720p', durationSeconds: 7, builds: 'extend' })
    expect(problemsOf({ prompt: 'x', builds: 'edit', buildsOn: 'a' })[0]?.field).toBe('builds')
  })

  it('drafts in the cheapest way and remembers what the final version is', () => {
    const request = parseRequest(
      { prompt: 'x', model: 'veo-3.1-generate-preview', resolution: '1080p', draft: true },
      developer,
    )
    expect(request).toMatchObject({ model: 'veo-3.1-lite-generate-preview', resolution: '720p', durationSeconds: 8 })
    expect(request.draft).toEqual({ model: 'veo-3.1-generate-preview', resolution: '1080p' })
  })

  it('loses what is no text: control signs and halves of characters, but no line breaks', () => {
    expect(parseRequest({ prompt: 'A\0lion\ud800\nat dusk' }, developer).prompt).toBe('A lion\ufffd\nat dusk')
  })

  it('has the same line breaks however they came', () => {
    expect(parseRequest({ prompt: 'A lion\r\nat dusk\ralone' }, developer).prompt).toBe('A lion\nat dusk\nalone')
  })

  it('is cut off at the length that the model reads, in every script', () => {
    expect(estimateTokens('four letters each word')).toBeLessThanOrEqual(8)
    expect(estimateTokens('一头狮子')).toBe(4)
    expect(problemsOf({ prompt: 'lion '.repeat(2000) })[0]?.rule).toBe('too_long')
  })

  it('of any shape is either made whole or refused with problems, never anything else', () => {
    const field = fc.oneof(fc.anything(), fc.string(), fc.constantFrom('16:9', '720p', '8', 8, null, undefined, image))
    const input = fc.record(
      {
        prompt: field,
        model: field,
        aspectRatio: field,
        resolution: field,
        durationSeconds: field,
        negativePrompt: field,
        seed: field,
        firstFrame: field,
        references: fc.oneof(field, fc.array(field)),
        draft: field,
      },
      { requiredKeys: [] },
    )
    fc.assert(
      fc.property(fc.oneof(input, fc.anything()), (given) => {
        try {
          const request = parseRequest(given, catalogue)
          const model = findModel(request.model)
          if (!model) throw new Error('a model that is not in the catalogue')
          expect(priceOf(request, model)).toBeGreaterThan(0)
        } catch (error) {
          if (!(error instanceof VideoError)) throw error
          expect(error.problems.length).toBeGreaterThan(0)
        }
      }),
      { numRuns: 2000 },
    )
  })
})
