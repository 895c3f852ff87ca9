import { closest } from 'fastest-levenshtein'
import { catalogue, findModel, findTextModel, type ModelSpec, type Service, type TextModel } from '../core/models.ts'
import type { SettingProblem } from './read.ts'
import type { Secret } from './secret.ts'
import type { Values } from './variables.ts'

/** How Google is reached, and which of its services and models are wanted. */
export interface GoogleSettings {
  /** The local stand-in speaks instead of Google: nothing costs. Only without credentials, or when asked for. */
  readonly rehearsal: boolean
  /** The services that the credentials are for; all of them in rehearsal. */
  readonly services: readonly Service[]
  /** MODELS was set, so that a model which cannot be had is a fault and not merely left out. */
  readonly modelsNamed: boolean
  readonly apiKey: Secret | null
  /** Suggests other words after a refusal for safety; null where that is switched off. */
  readonly suggestModel: TextModel | null
  /** Instead of Google's own address; null for that. */
  readonly baseUrl: string | null
  readonly project: string | null
  readonly location: string
  /** Path of a service account's file; null for the machine's own credentials. */
  readonly credentialsFile: string | null
  readonly vertexBaseUrl: string | null
  /** `gs://bucket/folder` for Vertex's videos; null where they come inside its answers. */
  readonly storageUri: string | null
  /** Of Cloud Storage; null for Google's own. */
  readonly storageBaseUrl: string | null
  /** For each quota; null for what Google is known to bear. */
  readonly requestsPerSecond: number | null
}

interface Outcome {
  readonly settings: GoogleSettings
  /** Ids from the catalogue that the services speak for, in order of preference; empty only beside a problem. */
  readonly models: readonly string[]
  readonly problems: readonly SettingProblem[]
  readonly warnings: readonly string[]
}

const everyService: readonly Service[] = ['developer', 'vertex', 'omni']

/** Decides which services speak, from VIDEO_SERVICE and the credentials at hand; says what is missing or odd. */
export function googleFrom(values: Values): Outcome {
  const problems = [...missingCredentials(values)]
  const services = servicesFor(values)
  const rehearsal = services.length === 0
  const speaking = rehearsal ? everyService : services
  const models = modelsFor(values.MODELS, speaking, rehearsal)
  problems.push(...models.problems)
  const settings: GoogleSettings = {
    rehearsal,
    services: speaking,
    modelsNamed: values.MODELS !== undefined,
    suggestModel: values.SUGGEST_MODEL === undefined ? null : (findTextModel(values.SUGGEST_MODEL) ?? null),
    apiKey: values.GOOGLE_API_KEY ?? values.GEMINI_API_KEY ?? null,
    baseUrl: values.GOOGLE_GEMINI_BASE_URL ?? null,
    project: values.GOOGLE_CLOUD_PROJECT ?? null,
    location: values.GOOGLE_CLOUD_LOCATION,
    credentialsFile: values.GOOGLE_APPLICATION_CREDENTIALS ?? null,
    vertexBaseUrl: values.GOOGLE_VERTEX_BASE_URL ?? null,
    storageUri: values.VERTEX_STORAGE_URI ?? null,
    storageBaseUrl: values.GOOGLE_STORAGE_BASE_URL ?? null,
    requestsPerSecond: values.GOOGLE_REQUESTS_PER_SECOND ?? null,
  }
  return { settings, models: models.ids, problems, warnings: [...models.warnings, ...oddities(values, rehearsal)] }
}

function hasKey(values: Values): boolean {
  return values.GOOGLE_API_KEY !== undefined || values.GEMINI_API_KEY !== undefined
}

/** No service at all means rehearsal. */
function servicesFor(values: Values): readonly Service[] {
  if (values.VIDEO_SERVICE === 'rehearsal') return []
  if (values.VIDEO_SERVICE !== 'auto') return [values.VIDEO_SERVICE]
  const withKey: readonly Service[] = hasKey(values) ? ['developer', 'omni'] : []
  return values.GOOGLE_CLOUD_PROJECT ? [...withKey, 'vertex'] : withKey
}

function* missingCredentials(values: Values): Generator<SettingProblem> {
  const service = values.VIDEO_SERVICE
  if ((service === 'developer' || service === 'omni') && !hasKey(values)) {
    yield { variable: 'GEMINI_API_KEY', given: null, remedy: `set it, because VIDEO_SERVICE=${service} needs a key` }
  }
  if (values.SUGGEST_MODEL && !hasKey(values) && servicesFor(values).length > 0) {
    yield { variable: 'GEMINI_API_KEY', given: null, remedy: 'set it, because SUGGEST_MODEL needs a key' }
  }
  const wantsVertex =
    service === 'vertex' || (service === 'auto' && !hasKey(values) && values.GOOGLE_APPLICATION_CREDENTIALS)
  if (wantsVertex && !values.GOOGLE_CLOUD_PROJECT) {
    const reason = service === 'vertex' ? 'VIDEO_SERVICE=vertex' : 'GOOGLE_APPLICATION_CREDENTIALS'
    yield { variable: 'GOOGLE_CLOUD_PROJECT', given: null, remedy: `set it, because ${reason} needs a project` }
  }
}

interface ChosenModels {
  readonly ids: readonly string[]
  readonly problems: readonly SettingProblem[]
  readonly warnings: readonly string[]
}

function modelsFor(
  named: readonly string[] | undefined,
  services: readonly Service[],
  rehearsal: boolean,
): ChosenModels {
  const speaks = (model: ModelSpec) => services.includes(model.service)
  // Vertex's models have the Developer API's names: a newcomer in rehearsal would see each twice.
  const shown = (model: ModelSpec) => speaks(model) && !(rehearsal && model.service === 'vertex')
  const usual = catalogue.filter(shown).map((model) => model.id)
  if (!named) return { ids: usual, problems: [], warnings: [] }
  const known = named.flatMap((id) => findModel(id) ?? [])
  const ids = known.filter(speaks).map((model) => model.id)
  const others = known.filter((model) => !speaks(model))
  const problems = named.filter((id) => !findModel(id)).map(unknownModel)
  if (ids.length === 0 && problems.length === 0) {
    const remedy = `none of these can be had from ${services.join(' or ')}, which the credentials are for; possible: ${usual.join(', ')}`
    problems.push({ variable: 'MODELS', given: named.join(','), remedy })
  }
  const warnings = others.map(
    (model) => `MODELS names ${model.id}, but there are no credentials for ${model.service}: it is left out.`,
  )
  return { ids, problems, warnings }
}

function unknownModel(id: string): SettingProblem {
  const ids = catalogue.map((model) => model.id)
  return {
    variable: 'MODELS',
    given: id,
    remedy: `there is no such model; do you mean ${closest(id, ids)}? Known: ${ids.join(', ')}`,
  }
}

function* oddities(values: Values, rehearsal: boolean): Generator<string> {
  if (values.GOOGLE_API_KEY && values.GEMINI_API_KEY) {
    yield 'Both GOOGLE_API_KEY and GEMINI_API_KEY are set: GOOGLE_API_KEY is used.'
  }
  if (
    rehearsal &&
    values.VIDEO_SERVICE === 'auto' &&
    (values.GOOGLE_GEMINI_BASE_URL || values.GOOGLE_VERTEX_BASE_URL)
  ) {
    yield 'A base URL for Google is set, but no credentials: it is not used, and this is a rehearsal.'
  }
  if (values.GOOGLE_APPLICATION_CREDENTIALS && !values.GOOGLE_CLOUD_PROJECT && hasKey(values)) {
    yield 'GOOGLE_APPLICATION_CREDENTIALS does nothing without GOOGLE_CLOUD_PROJECT: the API key is used.'
  }
  if (values.VERTEX_STORAGE_URI && !rehearsal && !servicesFor(values).includes('vertex')) {
    yield 'VERTEX_STORAGE_URI does nothing without Vertex AI: set GOOGLE_CLOUD_PROJECT as well.'
  }
  if (!rehearsal && values.OPERATION_TIMEOUT < 60) {
    yield `OPERATION_TIMEOUT is ${values.OPERATION_TIMEOUT} s, but Google takes up to 6 minutes; 15m means minutes.`
  }
}
