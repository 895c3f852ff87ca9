import { z } from 'zod'
import { invalid, ok } from './answers.ts'
import type { Call, Received } from './call.ts'
import { type Fault, type Faults, faultKinds, faultRoutes } from './faults.ts'
import type { Operations } from './operations.ts'
import type { RequestLog } from './request-log.ts'

const faultSchema = z.strictObject({
  route: z.enum(faultRoutes),
  kind: z.enum(faultKinds),
  match: z.string().optional(),
  model: z.string().optional(),
  times: z.union([z.int().positive(), z.literal('forever')]).optional(),
  after: z.int().nonnegative().optional(),
  seconds: z.number().nonnegative().optional(),
  to: z.string().optional(),
  supportCode: z.string().optional(),
})

/**
 * What tests in other processes use: GET /rehearsal/starts and /rehearsal/requests; GET, POST (a fault or a list) and
 * DELETE /rehearsal/faults.
 */
export function controlCall(
  { method, path, body }: Received,
  { operations, faults, log }: { operations: Operations; faults: Faults; log: RequestLog },
): Call | null {
  const answers: Record<string, () => unknown> = {
    'GET /rehearsal/starts': () => operations.all(),
    'GET /rehearsal/requests': () => log.all(),
    'GET /rehearsal/faults': () => faults.list(),
    'POST /rehearsal/faults': () => {
      for (const fault of readFaults(body)) faults.add(fault)
      return faults.list()
    },
    'DELETE /rehearsal/faults': () => {
      faults.clear()
      return []
    },
  }
  const answer = answers[`${method} ${path}`]
  if (!answer) return null
  return { route: 'control', subject: { prompt: '', model: '' }, run: async () => ok(answer()) }
}

function readFaults(body: unknown): readonly Fault[] {
  const read = z.array(faultSchema).safeParse(Array.isArray(body) ? body : [body])
  if (!read.success) throw invalid(z.prettifyError(read.error))
  // Zod's optional keys may hold undefined, ours may not; JSON has no undefined.
  return read.data as readonly Fault[]
}
