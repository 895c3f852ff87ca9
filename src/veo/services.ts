import { GoogleGenAI } from '@google/genai'
import { asVideoError, VideoError } from '../core/errors.ts'
import { catalogue, findModel, type Service } from '../core/models.ts'
import type { VideoModel } from '../core/ports/google.ts'
import type { Log } from '../core/ports/machine.ts'
import { geminiOrigin } from './addresses.ts'
import { type Budget, createBudget } from './budget.ts'
import { openCloud } from './cloud.ts'
import { createDeveloperService } from './developer.ts'
import { interrupted } from './errors.ts'
import type { GeminiAccess } from './gemini.ts'
import { createOmniService } from './omni.ts'
import type { VideoService } from './service.ts'
import { createStorage, type VideoStorage } from './storage.ts'
import { createVertexService, type VertexSettings } from './vertex.ts'
import { createWire, type TimeOuts, type Wire } from './wire.ts'

export interface VeoSettings {
  /** Which services are configured; `developer` and `omni` need the API key, `vertex` its settings. */
  readonly services: readonly Service[]
  readonly apiKey: string | null
  /** Null for Google's own. */
  readonly geminiBaseUrl: string | null
  readonly vertex: VertexSettings | null
  /** Requests a second towards Google, for each quota (the API key's; each Vertex model's); null for `usualPace`. */
  readonly requestsPerSecond: number | null
  /** How many processes share the quotas now; left out for this one alone. */
  readonly sharers?: () => number
  /** Left out for the usual ones. */
  readonly timeOuts?: TimeOuts
}

/**
 * Requests a second that Google is known or supposed to bear. Vertex: 50 a minute per model and region, as documented.
 * The Gemini API's limits are not published; 10 is what a service with 50 videos in its hands needs.
 */
const usualPace: Readonly<Record<Service, number>> = { developer: 10, omni: 10, vertex: 50 / 60 }

const usualTimeOuts: TimeOuts = { start: 60_000, idle: 30_000 }

/** Google's services behind the VideoModel port, each model spoken to by its own. No request is made before it is asked. */
export function createVideoModel(settings: VeoSettings, log: Log): VideoModel {
  const services = createServices(settings, createWire(settings.timeOuts ?? usualTimeOuts, log))

  // What Google is already making can be fetched once the credentials are back; a start need not wait for them.
  function serviceOf(model: string, retryable = true): VideoService {
    const spec = findModel(model)
    if (!spec) throw new VideoError('internal', `${model} is not in the catalogue`)
    const service = services.get(spec.service)
    if (!service) throw new VideoError('bad_key', `no credentials for ${spec.service}`, { retryable })
    return service
  }

  return {
    async available(signal) {
      const asked = await Promise.all(
        [...services].map(async ([name, each]) => {
          try {
            return { ids: await each.available(idsOf(name), signal), failure: null }
          } catch (thrown) {
            const failure = asVideoError(thrown)
            // Until it is asked again: one that could not answer may have all of its models, one that takes no key none.
            return { ids: failure.code === 'bad_key' ? [] : idsOf(name), failure }
          }
        }),
      )
      const [first] = asked
      if (first?.failure && asked.every(({ failure }) => failure !== null)) throw first.failure
      return asked.flatMap(({ ids }) => ids)
    },
    async start(order, signal) {
      const handle = await serviceOf(order.request.model, false).start(order, signal).catch(unlessOurs)
      // The SDK believes whatever the answer holds.
      if (typeof handle !== 'string' || handle === '') throw interrupted('the start was answered without a name')
      return handle
    },
    async check(model, handle, signal) {
      return serviceOf(model).check(model, handle, signal)
    },
    pace: (model) => serviceOf(model).pace(model),
    async cancel(model, handle, signal) {
      return serviceOf(model).cancel(model, handle, signal)
    },
    async discard(kept, signal) {
      await serviceOf(kept.model).discard?.(kept, signal)
    },
  }
}

/** The SDK stumbles over answers of a form that it does not expect; what was sent may have begun all the same. */
function unlessOurs(thrown: unknown): never {
  if (thrown instanceof VideoError) throw thrown
  throw interrupted(`the answer to the start could not be read: ${thrown}`)
}

function idsOf(service: Service): readonly string[] {
  return catalogue.filter((model) => model.service === service).map((model) => model.id)
}

function createServices(settings: VeoSettings, wire: Wire): ReadonlyMap<Service, VideoService> {
  const services = new Map<Service, VideoService>()
  const gemini = settings.apiKey === null ? null : createGeminiAccess(settings, settings.apiKey, wire)
  for (const service of settings.services) {
    if (service === 'vertex' && settings.vertex) {
      services.set(service, createVertexService(settings.vertex, vertexBudgets(settings), wire))
    } else if (service === 'developer' && gemini) services.set(service, createDeveloperService(gemini, wire))
    else if (service === 'omni' && gemini) services.set(service, createOmniService(gemini, wire))
    else throw new RangeError(`${service} is configured without its credentials`)
  }
  return services
}

/** What Vertex leaves in a bucket, for looking at alone. */
export function createVideoStorage(settings: VertexSettings, log: Log): VideoStorage {
  const wire = createWire(usualTimeOuts, log)
  return createStorage(settings, openCloud(settings, wire), createBudget(usualPace.developer), wire)
}

/** One client and one budget for both services of the API key, because Google counts by key. */
function createGeminiAccess(settings: VeoSettings, apiKey: string, wire: Wire): GeminiAccess {
  const baseUrl = settings.geminiBaseUrl
  // All is said here, so that the SDK does not look for it in the environment.
  const httpOptions = { baseUrl: baseUrl ?? geminiOrigin, fetch: wire.fetch }
  const ai = new GoogleGenAI({ vertexai: false, apiKey, apiVersion: 'v1beta', httpOptions })
  return { ai, apiKey, baseUrl, budget: budgetOf(settings, 'developer') }
}

function budgetOf({ requestsPerSecond, sharers }: VeoSettings, service: Service): Budget {
  return createBudget(requestsPerSecond ?? usualPace[service], sharers)
}

/** A budget for each model, made when first wanted. Looking models up is not under the models' own quota. */
function vertexBudgets(settings: VeoSettings): (model: string) => Budget {
  const budgets = new Map<string, Budget>()
  return (model) => {
    const known = budgets.get(model)
    if (known) return known
    const made = budgetOf(settings, model === '' ? 'developer' : 'vertex')
    budgets.set(model, made)
    return made
  }
}
