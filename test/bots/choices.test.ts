import { describe, expect, it } from 'vitest'
import { choicesFor } from '../../src/bots/choices.ts'
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
})
