import { expect, it } from 'vitest'
import { discordBurst } from './burst.ts'

it('a burst of videos that are done at once is delivered whole, within Discord’s limits', async () => {
  const { delivered, intoExhausted } = await discordBurst({ videos: 12, channels: 2 })
  expect({ delivered, intoExhausted }).toEqual({ delivered: 12, intoExhausted: 0 })
}, 120_000)
