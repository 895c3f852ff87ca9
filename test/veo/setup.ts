import { findModel, type Service } from '../../src/core/models.ts'
import type { StartOrder } from '../../src/core/ports/google.ts'
import type { Log } from '../../src/core/ports/machine.ts'
import type { VideoRequest } from '../../src/core/request.ts'
import type { VeoSettings } from '../../src/veo/services.ts'
import { someRequest } from '../some-request.ts'
import { apiKey, token } from './google.ts'

export const modelOf: Readonly<Record<Service, string>> = {
  developer: 'veo-3.1-fast-generate-preview',
  vertex: 'veo-3.1-fast-generate-001',
  omni: 'gemini-omni-1.1-flash',
}

/** An order by text alone, with what a test wants different. */
export function orderFor(
  service: Service,
  request: Partial<VideoRequest> = {},
  rest: Partial<Omit<StartOrder, 'request'>> = {},
): StartOrder {
  const model = modelOf[service]
  if (!findModel(model)) throw new Error(`${model} is not in the catalogue`)
  return {
    request: someRequest({ model, ...request }),
    firstFrame: null,
    lastFrame: null,
    references: [],
    parent: null,
    ...rest,
  }
}

/** Time-outs in milliseconds that a busy machine keeps to. */
export const patient = { start: 15_000, idle: 15_000 }
/** Time-outs in milliseconds for a test in which nothing comes. */
export const impatient = { start: 300, idle: 300 }

/** Settings for a stand-in at that origin. */
export function settingsFor(
  services: readonly Service[],
  origin: string,
  changes: Partial<VeoSettings> = {},
): VeoSettings {
  return {
    services,
    apiKey,
    geminiBaseUrl: origin,
    vertex: {
      project: 'p',
      location: 'us-central1',
      baseUrl: origin,
      credentials: { token },
      storageUri: null,
      storageBaseUrl: null,
    },
    requestsPerSecond: 1000,
    timeOuts: patient,
    ...changes,
  }
}

/** A log whose lines can be looked at. */
export function memoryLog(): Log & { readonly lines: string[] } {
  const lines: string[] = []
  const write = (level: string) => (fields: Record<string, unknown>, message: string) => {
    lines.push(JSON.stringify({ level, message, ...fields }))
  }
  return { lines, debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') }
}
