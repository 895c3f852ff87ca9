import { offersFor, usual, usualSecondsOf } from '../core/fit.ts'
import { type ModelSpec, priceMicros } from '../core/models.ts'
import type { VideoRequestInput } from '../core/request.ts'
import { money, say } from '../core/wording.ts'

/** One thing to choose: what it says, with the price where there is one, and the value it stands for. */
export interface Choice {
  readonly label: string
  readonly value: string
}

type Field = 'model' | 'aspectRatio' | 'resolution' | 'durationSeconds'
type Chosen = Pick<VideoRequestInput, 'model' | 'aspectRatio' | 'resolution' | 'durationSeconds'>

/** What can be had for one field with what is already chosen in the others, cheapest first within a field's order. */
export function choicesFor(
  field: Field,
  models: readonly ModelSpec[],
  chosen: Chosen,
  locale: string,
): readonly Choice[] {
  const able = models.filter(
    (model) =>
      (field === 'model' || !chosen.model || model.id === chosen.model) &&
      (field === 'aspectRatio' ||
        !chosen.aspectRatio ||
        model.aspectRatios.some((each) => each === chosen.aspectRatio)),
  )
  if (field === 'aspectRatio') {
    return [...new Set(able.flatMap((model) => model.aspectRatios))].map((value) => ({
      value,
      label: say(locale, `choice.aspect.${value}`),
    }))
  }
  if (field === 'model') return able.flatMap((model) => modelChoice(model, chosen, locale))
  // What is left open is taken as core takes it: the first model that can do it, at 720p. That price is the one to tell.
  const sizes = able.flatMap((model) => usualFirst(sizesOf(model, field, chosen)))
  const first = new Map<string, Size>()
  for (const size of sizes) {
    const key = field === 'resolution' ? size.resolution : String(size.seconds)
    if (!first.has(key)) first.set(key, size)
  }
  const sorted = [...first].toSorted(([, a], [, b]) => a.micros - b.micros)
  return sorted.map(([value, size]) => ({ value, label: sizeLabel(size, locale) }))
}

type Frames = Pick<VideoRequestInput, 'firstFrame' | 'lastFrame'>

/**
 * Every model with every size that can be had with these frames, and their price in it, as one list of at most `limit`: where
 * there are more, durations in between are left out.
 */
export function sizeChoices(
  models: readonly ModelSpec[],
  { firstFrame, lastFrame }: Frames,
  limit: number,
  locale: string,
): readonly Choice[] {
  const fed = { seconds: 0, pictures: [firstFrame, lastFrame].filter(Boolean).length }
  const all = models.flatMap((model) =>
    offersFor({ lastFrame }, model).flatMap(({ resolution, durations }) =>
      durations.map((seconds, index) => {
        const price = money(priceMicros(model, resolution, seconds, fed))
        const label = say(locale, 'choice.model.size', { model: model.name, seconds, resolution, price })
        const outer = index === 0 || index === durations.length - 1
        return { value: `${model.id}|${resolution}|${seconds}`, label, outer }
      }),
    ),
  )
  const kept = all.length > limit ? all.filter((each) => each.outer) : all
  return kept.slice(0, limit).map(({ value, label }) => ({ value, label }))
}

/** The part of a request that a value of `sizeChoices` stands for. */
export function sizeFrom(value: string | undefined): Chosen {
  const [model, resolution, durationSeconds] = value?.split('|') ?? []
  return model && resolution && durationSeconds ? { model, resolution, durationSeconds } : {}
}

interface Size {
  readonly resolution: string
  readonly seconds: number
  readonly micros: number
}

function sizesOf(model: ModelSpec, field: Field, chosen: Chosen): readonly Size[] {
  const offers = model.offers.filter(
    (offer) => field === 'resolution' || !chosen.resolution || offer.resolution === chosen.resolution,
  )
  return offers.flatMap((offer) => {
    const wanted = field === 'durationSeconds' ? 0 : Number(chosen.durationSeconds ?? 0)
    if (wanted > 0 && !offer.durations.includes(wanted)) return []
    const one = wanted > 0 ? wanted : usualSecondsOf(offer)
    const list = field === 'durationSeconds' ? offer.durations : [one]
    return list.map((seconds) => ({
      resolution: offer.resolution,
      seconds,
      micros: priceMicros(model, offer.resolution, seconds),
    }))
  })
}

function usualFirst(sizes: readonly Size[]): readonly Size[] {
  const isUsual = (size: Size) => size.resolution === usual.resolution
  return [...sizes.filter(isUsual), ...sizes.filter((size) => !isUsual(size))]
}

function modelChoice(model: ModelSpec, chosen: Chosen, locale: string): readonly Choice[] {
  const exact = chosen.resolution || chosen.durationSeconds
  const sizes = sizesOf(model, 'model', chosen).toSorted((a, b) => a.micros - b.micros)
  const [cheapest] = sizes
  if (!cheapest) return []
  const facts = { model: model.name, price: money(cheapest.micros) }
  return [{ value: model.id, label: say(locale, exact ? 'choice.model' : 'choice.model.from', facts) }]
}

function sizeLabel({ seconds, resolution, micros }: Size, locale: string): string {
  return say(locale, 'choice.size', { seconds, resolution, price: money(micros) })
}
