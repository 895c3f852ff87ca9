import type { Problem, ProblemRule } from './errors.ts'
import type { ModelSpec, Offer } from './models.ts'
import type { Asked, ImageSource } from './request.ts'

const maxPromptCharacters = 8_000

/**
 * A cautious estimate of the tokens in a text: four Latin letters make one, any other sign is one. Google's tokenizer is
 * not public for Veo; what slips through is refused by Google without a charge.
 */
export function estimateTokens(prompt: string): number {
  let tokens = 0
  for (const word of prompt.match(/[\p{Script=Latin}\d]+|[^\s]/gu) ?? []) tokens += Math.ceil(word.length / 4)
  return tokens
}

/** What somebody gave, short enough to be shown. */
export function show(value: unknown): string {
  if (value === undefined || value === null) return ''
  const shown = typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
  return shown.length > 80 ? `${shown.slice(0, 79)}…` : shown
}

/** What is wrong with the words, whatever the rest; without a model by what all of them take. */
export function problemsOfText(asked: Asked, model: ModelSpec | undefined): Problem[] {
  const problems: Problem[] = []
  const limit = model?.promptTokens ?? 1024
  if (!asked.prompt) problems.push({ field: 'prompt', given: '', accepted: [], rule: 'required' })
  for (const [field, value] of [
    ['prompt', asked.prompt],
    ['negativePrompt', asked.negativePrompt],
  ] as const) {
    if (!value) continue
    const tokens = estimateTokens(value)
    if (tokens > limit || value.length > maxPromptCharacters) {
      problems.push({ field, given: show(value), accepted: [], rule: 'too_long', facts: { tokens, limit } })
    }
  }
  return problems
}

/** Everything that this model cannot do of what was asked; empty where it can do it all. */
export function problemsWith(asked: Asked, model: ModelSpec): Problem[] {
  const problems = problemsOfText(asked, model)
  const add = (field: string, given: unknown, rule: ProblemRule, accepted: readonly (string | number)[] = []) => {
    problems.push({ field, given: show(given), rule, accepted: accepted.map(String), facts: { model: model.name } })
  }
  if (asked.aspectRatio && !model.aspectRatios.some((each) => each === asked.aspectRatio)) {
    add('aspectRatio', asked.aspectRatio, 'not_offered', model.aspectRatios)
  }
  checkSize(asked, model, add)
  if (asked.negativePrompt && !model.negativePrompt) add('negativePrompt', asked.negativePrompt, 'not_with')
  if (typeof asked.seed === 'number') {
    if (!model.seed) add('seed', asked.seed, 'not_with')
    else if (!Number.isInteger(asked.seed) || asked.seed < 0 || asked.seed > 4_294_967_295)
      add('seed', asked.seed, 'not_offered', ['0–4294967295'])
  }
  if (asked.personGeneration && !model.personGeneration.includes(asked.personGeneration)) {
    add(
      'personGeneration',
      asked.personGeneration,
      model.personGeneration.length > 0 ? 'not_offered' : 'not_with',
      model.personGeneration,
    )
  }
  checkImages(asked, model, add)
  return problems
}

type Add = (field: string, given: unknown, rule: ProblemRule, accepted?: readonly (string | number)[]) => void

function checkSize(asked: Asked, model: ModelSpec, add: Add): void {
  const offers = offersFor(asked, model)
  const builds = asked.builds
  if ((builds === 'extend' && !model.extension) || (builds === 'edit' && !model.edits)) {
    add('builds', builds, 'not_with')
    return
  }
  const atResolution = asked.resolution
    ? offers.filter((each) => each.resolution === asked.resolution?.toLowerCase())
    : offers
  if (atResolution.length === 0) {
    const accepted = offers.map((each) => each.resolution)
    add('resolution', asked.resolution, 'not_offered', accepted)
    return
  }
  if (typeof asked.durationSeconds !== 'number') return
  if (atResolution.some((each) => each.durations.includes(asked.durationSeconds ?? 0))) return
  const accepted = [...new Set(atResolution.flatMap((each) => each.durations))].sort((a, b) => a - b)
  add('durationSeconds', asked.durationSeconds, 'not_offered', accepted)
}

function checkImages(asked: Asked, model: ModelSpec, add: Add): void {
  const references = asked.references ?? []
  if (asked.firstFrame && (!model.firstFrame || asked.builds)) add('firstFrame', nameOf(asked.firstFrame), 'not_with')
  if (asked.lastFrame && (!model.lastFrame || asked.builds)) add('lastFrame', nameOf(asked.lastFrame), 'not_with')
  else if (asked.lastFrame && !asked.firstFrame) add('lastFrame', nameOf(asked.lastFrame), 'needs_first_frame')
  if (references.length === 0) return
  const given = references.map(nameOf).join(', ')
  if (model.maxReferences === 0 || asked.builds || asked.firstFrame) add('references', given, 'not_with')
  else if (references.length > model.maxReferences) add('references', given, 'too_many', [model.maxReferences])
}

function nameOf(source: ImageSource): string {
  if (source.kind === 'remote') return source.name
  return source.kind === 'saved' ? source.file : source.operationId
}

/** What the model renders under the conditions that a last frame, references and extensions set. */
export function offersFor(
  asked: Pick<Asked, 'lastFrame' | 'references' | 'builds'>,
  model: ModelSpec,
): readonly Offer[] {
  if (asked.builds === 'extend' && model.extension) {
    const { addsSeconds, resolution } = model.extension
    return model.offers
      .filter((each) => each.resolution === resolution)
      .map((each) => ({ ...each, durations: addsSeconds }))
  }
  const needed = asked.references?.length ? model.referenceSeconds : null
  const longest = (asked.lastFrame ? model.betweenFramesSeconds : null) ?? Number.POSITIVE_INFINITY
  const possible = (seconds: number) => (needed === null || seconds === needed) && seconds <= longest
  return model.offers
    .map((each) => ({ ...each, durations: each.durations.filter(possible) }))
    .filter((each) => each.durations.length > 0)
}

/** What is made where nobody says otherwise, if the model can. */
export const usual = { resolution: '720p', seconds: 8 } as const

/** How many seconds of this offer are made where nobody says: the usual ones, else its longest. */
export function usualSecondsOf({ durations }: Offer): number {
  return durations.includes(usual.seconds) ? usual.seconds : (durations.at(-1) ?? usual.seconds)
}
