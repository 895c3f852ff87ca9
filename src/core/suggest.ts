import { diff } from 'node:util'
import { checkWelcome, settingsIn } from './access.ts'
import { limitsFor, overBudget } from './budget.ts'
import type { Core } from './context.ts'
import { asVideoError, VideoError } from './errors.ts'
import type { Operation } from './operation.ts'
import type { Person, Piece, Suggestion } from './ports/commands.ts'
import type { SpendLimit } from './ports/store.ts'
import { findOwn } from './steer.ts'

const patienceMilliseconds = 30_000

/**
 * Other words for a prompt that Google refused for safety. What the call may cost is on the books before it is made, and
 * put right after its answer; what nobody can tell stays at the most it may have cost. Asked for once, it is kept.
 */
export async function suggest(core: Core, id: string, person: Person): Promise<Suggestion> {
  const operation = await findOwn(core, id, person)
  if (operation.errorCode !== 'blocked_by_safety' || operation.removedAt !== null || !core.rewriter) {
    throw new VideoError('not_now', 'nothing to suggest here', { facts: { variant: 'suggest' } })
  }
  if (operation.suggestion !== null) return told(operation, operation.suggestion)
  const scope =
    operation.workspace === person.workspace && person.channel
      ? `${person.workspace}/${person.channel}`
      : operation.workspace
  const settings = await settingsIn(core.store, scope)
  checkWelcome(person, settings)
  const requester = { ...person, id: operation.requester, workspace: operation.workspace }
  const limits = limitsFor(core.policy, settings, requester, core.clock.now()).spend
  const most = core.policy.free ? 0 : core.rewriter.mostMicros
  await reserve(core, operation, most, limits)
  const { request, errorFacts } = operation
  const reason = typeof errorFacts.reason === 'string' ? errorFacts.reason : ''
  try {
    const found = await core.rewriter.rewrite(request.prompt, reason, AbortSignal.timeout(patienceMilliseconds))
    return await keep(core, operation, found.prompt, core.policy.free ? 0 : found.costMicros - most)
  } catch (thrown) {
    const error = asVideoError(thrown)
    if (provesNoCharge(error)) await putRight(core, operation, -most)
    throw error.code === 'interrupted' ? new VideoError('unreachable', error.message, { cause: error }) : error
  }
}

async function keep(core: Core, operation: Operation, prompt: string | null, micros: number): Promise<Suggestion> {
  await putRight(core, operation, micros)
  core.log.info({ operation: operation.id, found: prompt !== null }, 'other words were looked for')
  if (prompt === null) {
    throw new VideoError('not_now', 'no harmless words found', { facts: { variant: 'no_suggestion' } })
  }
  const kept = await core.store.change(operation.id, { status: 'error', notRemoved: true }, { suggestion: prompt })
  return told(kept ?? operation, prompt)
}

/** `not_now` is our own, after the call; the store's failures say nothing about it. */
function provesNoCharge({ code }: VideoError): boolean {
  return code !== 'interrupted' && code !== 'not_now' && code !== 'storage' && code !== 'internal'
}

async function reserve(core: Core, operation: Operation, micros: number, limits: readonly SpendLimit[]): Promise<void> {
  if (micros === 0 || (await core.store.addCost(operation.id, micros, core.clock.now(), limits))) return
  for (const limit of limits) {
    const spentMicros = await core.store.spent(limit)
    if (spentMicros + micros > limit.limitMicros) throw overBudget(limit, spentMicros, micros)
  }
  throw new VideoError('busy', 'the budgets changed while they were looked at', { facts: { seconds: 2 } })
}

async function putRight(core: Core, operation: Operation, micros: number): Promise<void> {
  if (micros !== 0) await core.store.addCost(operation.id, micros, core.clock.now(), [])
}

function told(operation: Operation, prompt: string): Suggestion {
  const pieces = piecesBetween(operation.request.prompt, prompt)
  return { operation, prompt, pieces, costMicros: operation.extraMicros }
}

const kinds = { '1': 'gone', '0': 'same', '-1': 'new' } as const

/** Two texts compared word by word, in order; pieces of one kind that follow each other are one. */
export function piecesBetween(before: string, after: string): readonly Piece[] {
  const words = (text: string) => text.match(/\s+|[\p{L}\p{N}]+|[^\s\p{L}\p{N}]/gu) ?? []
  const pieces: Piece[] = []
  // Node says 1 of what only the first text has, and -1 of what only the second one has.
  for (const [operation, text] of diff(words(before), words(after))) {
    const kind = kinds[`${operation}`]
    const last = pieces.at(-1)
    if (last?.kind === kind) pieces[pieces.length - 1] = { kind, text: last.text + text }
    else pieces.push({ kind, text })
  }
  return pieces
}
