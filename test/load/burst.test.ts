import { expect, it } from 'vitest'
import { finishTogether } from './burst.ts'

it('a burst of videos that finish together is delivered whole, within Discord’s limits', async () => {
  const { delivered, intoExhausted } = await finishTogether(120)
  expect({ delivered, intoExhausted }).toEqual({ delivered: 120, intoExhausted: 0 })
}, 120_000)
