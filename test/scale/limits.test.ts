import { expect, it } from 'vitest'
import { Crowd } from './crowd.ts'

it('two on forty channels stay inside Discord’s limits together: no request meets an exhausted one', {
  timeout: 120_000,
}, async (context) => {
  const crowd = await Crowd.openFor(context, { channels: 40, windowScale: 1 })
  const instances = [await crowd.add(), await crowd.add()]
  await crowd.connections(1)
  const prompts = Array.from({ length: 80 }, (_, index) => `film ${index}`)
  await Promise.all(prompts.map((prompt, index) => crowd.command(prompt, index % 40)))
  await crowd.shows(prompts)
  expect((await crowd.discord.controls.counts()).exhausted).toBe(0)
  const deliveries = instances.map(({ lines }) => lines.filter((line) => line.includes('"msg":"delivered"')).length)
  expect(Math.min(...deliveries)).toBeGreaterThan(10)
})
