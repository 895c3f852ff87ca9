import { describe, expect, it } from 'vitest'
import { choicesFor, sizeFrom } from '../../src/bots/choices.ts'
import { formOf } from '../../src/bots/discord/forms.ts'
import { catalogue, findModel } from '../../src/core/models.ts'
import { parseRequest, priceOf } from '../../src/core/request.ts'
import { money } from '../../src/core/wording.ts'

const offered = catalogue.filter((model) => model.service !== 'vertex')

describe('a price beside a choice', () => {
  it.each(['resolution', 'durationSeconds'] as const)('is what the request will cost: %s, no model chosen', (field) => {
    const choices = choicesFor(field, offered, {}, 'en')
    expect(choices.length).toBeGreaterThan(2)
    for (const { value, label } of choices) {
      const request = parseRequest({ prompt: 'x', [field]: value }, offered)
      const model = findModel(request.model)
      expect(model && label).toContain(model && money(priceOf(request, model)))
    }
  })

  it.each(['firstFrame', 'lastFrame'] as const)('is what the request will cost: %s of a form on a picture', (kind) => {
    const url = 'https://cdn.discordapp.com/x.png'
    const picture = { kind: 'remote', url, declaredType: 'image/png', declaredBytes: 100, name: 'x.png' } as const
    const about = { kind, operationId: '', opening: '1', prompt: '', price: null, picture }
    const form = formOf({ ...about, models: offered, locale: 'en' })
    const labels = form?.components as { component: { options?: { label: string; value: string }[] } }[]
    const choices = labels
      .flatMap(({ component }) => component.options ?? [])
      .filter(({ value }) => value.includes('|'))
    expect(choices.length).toBeGreaterThan(20)
    for (const { value, label } of choices) {
      // Beside a last frame the form asks for the first.
      const request = parseRequest({ prompt: 'x', ...sizeFrom(value), firstFrame: picture, [kind]: picture }, offered)
      const model = findModel(request.model)
      expect(label).toBe(
        `${model?.name}, ${request.durationSeconds} s, ${request.resolution}, ${model && money(priceOf(request, model))}`,
      )
    }
  })
})
