import type { GoogleGenAI } from '@google/genai'
import type { Budget } from './budget.ts'
import type { Wire } from './wire.ts'

/** What the two services of the Gemini API share: client, key, request budget. */
export interface GeminiAccess {
  readonly ai: GoogleGenAI
  readonly apiKey: string
  /** Null for Google's own. */
  readonly baseUrl: string | null
  readonly budget: Budget
}

/** Those of the ids that Google lists for the key. */
export async function listedModels(
  { ai, budget }: GeminiAccess,
  wire: Wire,
  service: 'developer' | 'omni',
  ids: readonly string[],
  signal: AbortSignal,
): Promise<readonly string[]> {
  return wire.call({ action: 'list', service, model: '', budget }, signal, async () => {
    const listed = new Set<string>()
    for await (const each of await ai.models.list({ config: { pageSize: 1000 } })) {
      listed.add((each.name ?? '').replace(/^models\//, ''))
    }
    return ids.filter((id) => listed.has(id))
  })
}
