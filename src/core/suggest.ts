import { randomUUID } from 'node:crypto'
import { diff } from 'node:util'
import { checkWelcome, settingsIn } from './access.ts'
import { limitsFor, overBudget } from './budget.ts'
import type { Core } from './context.ts'
import { asVideoError, VideoError } from './errors.ts'
import type { Operation } from './operation.ts'
import type { Person, Piece, Suggestion } from './ports/commands.ts'
import type { Rewriter } from './ports/google.ts'
import type { SpendLimit } from './ports/store.ts'
import { findOwn } from './steer.ts'

const patienceMilliseconds = 30_000
/** So long nobody else looks, unless it is over before: the patience and what the database takes around it. */
const lookingMilliseconds = 60_000

/**
 * Other words for a prompt that Google refused for safety. What the call may cost is on the books before it is made, and
 * put right after its answer; what nobody can tell stays at the most it may have cost. Asked for once, it is kept; throws
 * `not_now` while somebody else's call is under way.
 */
export async function suggest(core: Core, id: string, person: Person): Promise<Suggestion> {
  const { rewriter } = core
  if (!rewriter) throw nothingToSuggest()
  const kept = await suggestible(core, id, person)
  if (kept.suggestion !== null) return told(kept, kept.suggestion)
  const owner = randomUUID()
  const lookFor = (milliseconds: number) => {
    const now = core.clock.now()
    return core.store.lead(`suggestion:${id}`, { owner, now, until: now + milliseconds })
  }
  if (!(await lookFor(lookingMilliseconds))) {
    throw new VideoError('not_now', 'somebody looks for words', { facts: { variant: 'suggesting' } })
  }
  try {
    // Somebody may have found them since.
    const operation = await suggestible(core, id, person)
    return operation.suggestion === null
      ? await look(core, rewriter, operation, person)
      : told(operation, operation.suggestion)
  } finally {
    // Where this is not written, it ends by itself.
    await lookFor(0).catch(() => false)
  }
}

async function suggestible(core: Core, id: string, person: Person): Promise<Operation> {
  const operation = await findOwn(core, id, person)
  if (operation.errorCode !== 'blocked_by_safety' || operation.removedAt !== null) throw nothingToSuggest()
  return operation
}

function nothingToSuggest(): VideoError {
  return new VideoError('not_now', 'nothing to suggest here', { facts: { variant: 'suggest' } })
}

async function look(core: Core, rewriter: Rewriter, operation: Operation, person: Person): Promise<Suggestion> {
  const scope =
    operation.workspace === person.workspace && person.channel
      ? `${person.workspace}/${person.channel}`
      : operation.workspace
  const settings = await settingsIn(core.store, scope)
  checkWelcome(person, settings)
  const requester = { ...person, id: operation.requester, workspace: operation.workspace }
  // What is put right belongs to the budgets that were drawn on, whatever month it has become.
  const at = core.clock.now()
  const limits = limitsFor(core.policy, settings, requester, at).spend
  const most = core.policy.free ? 0 : rewriter.mostMicros
  await reserve(core, operation, most, at, limits)
  const { request, errorFacts } = operation
  const reason = typeof errorFacts.reason === 'string' ? errorFacts.reason : ''
  try {
    const found = await rewriter.rewrite(request.prompt, reason, AbortSignal.timeout(patienceMilliseconds))
    await putRight(core, operation, core.policy.free ? 0 : found.costMicros - most, at)
    return await keep(core, operation, found.prompt)
  } catch (thrown) {
    const error = asVideoError(thrown)
    if (provesNoCharge(error)) await putRight(core, operation, -most, at)
    throw error.code === 'interrupted' ? new VideoError('unreachable', error.message, { cause: error }) : error
  }
}

async function keep(core: Core, operation: Operation, prompt: string | null): Promise<Suggestion> {
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

async function reserve(
  core: Core,
  operation: Operation,
  micros: number,
  at: number,
  limits: readonly SpendLimit[],
): Promise<void> {
  if (micros === 0 || (await core.store.addCost(operation.id, micros, at, limits))) return
  for (const limit of limits) {
    const spentMicros = await core.store.spent(limit)
    if (spentMicros + micros > limit.limitMicros) throw overBudget(limit, spentMicros, micros)
  }
  throw new VideoError('busy', 'the budgets changed while they were looked at', { facts: { seconds: 2 } })
}

async function putRight(core: Core, operation: Operation, micros: number, at: number): Promise<void> {
  if (micros !== 0) await core.store.addCost(operation.id, micros, at, [])
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
