import type { Problem } from './errors.ts'
import { show } from './fit.ts'
import type { ModelSpec } from './models.ts'
import type { Settings } from './settings.ts'

/** What these settings leave of the models, in the same order; a model of which nothing is left is not among them. */
export function offersUnder(models: readonly ModelSpec[], settings: Settings): readonly ModelSpec[] {
  const { allowedModels = [], allowedResolutions = [], maxDurationSeconds = Number.POSITIVE_INFINITY } = settings
  return models
    .filter((model) => allowedModels.length === 0 || allowedModels.includes(model.id))
    .map((model) => ({
      ...model,
      offers: model.offers
        .filter((offer) => allowedResolutions.length === 0 || allowedResolutions.includes(offer.resolution))
        .map((offer) => ({ ...offer, durations: offer.durations.filter((each) => each <= maxDurationSeconds) }))
        .filter((offer) => offer.durations.length > 0),
    }))
    .filter((model) => model.offers.length > 0)
}

/** The settings that narrow what is offered, with what of them some models leave open. */
const narrowing = {
  allowedModels: (models: readonly ModelSpec[]) => models.map(({ id }) => id),
  allowedResolutions: (models: readonly ModelSpec[]) =>
    models.flatMap(({ offers }) => offers.map(({ resolution }) => resolution)),
  maxDurationSeconds: (models: readonly ModelSpec[]) =>
    models.flatMap(({ offers }) => offers.flatMap(({ durations }) => durations)).sort((a, b) => a - b),
} as const

/**
 * What of a change from `was` to `settings`, both as they are in force, leaves no video that could be made, with what would be
 * possible beside the rest. None where nothing could be made before: whoever mends that may need several steps.
 */
export function problemsOfOffers(models: readonly ModelSpec[], settings: Settings, was: Settings): readonly Problem[] {
  if (offersUnder(models, settings).length > 0 || offersUnder(models, was).length === 0) return []
  return Object.entries(narrowing).flatMap(([name, choices]) => {
    const field = name as keyof typeof narrowing
    const given = shown(settings[field])
    if (given === shown(was[field])) return []
    const accepted = choices(offersUnder(models, { ...settings, [field]: undefined })).map(String)
    return [{ field, given, accepted: [...new Set(accepted)], rule: 'not_offered' as const }]
  })
}

function shown(value: Settings[keyof typeof narrowing]): string {
  return show(typeof value === 'object' ? value.join(', ') : value)
}
