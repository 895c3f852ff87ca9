import { randomUUIDv7 } from 'node:crypto'
import { checkWelcome, scopeOf, settingsIn } from './access.ts'
import { limitsFor, needsApproval, refusalOf } from './budget.ts'
import type { Core } from './context.ts'
import { VideoError } from './errors.ts'
import { buildable } from './lineage.ts'
import { findModel, type ModelSpec } from './models.ts'
import { offersUnder } from './offers.ts'
import { frontEndPostsMilliseconds } from './operation.ts'
import type { Accepted, Person, Quote, Submission } from './ports/commands.ts'
import type { InsertLimits, InsertOutcome, NewOperation } from './ports/store.ts'
import { parseRequest, priceOf, type VideoRequestInput } from './request.ts'
import type { Settings } from './settings.ts'
import { reached } from './steps.ts'
import { hasWord } from './words.ts'

/** The models a person may use here, best first. */
export async function offersFor(core: Core, person: Person): Promise<readonly ModelSpec[]> {
  return offersUnder(core.offered.list(), await settingsIn(core.store, scopeOf(person)))
}

/** A default counts only where the rest of the input leaves it possible; otherwise the model's own choice does. */
function withDefaults(input: VideoRequestInput, settings: Settings, models: readonly ModelSpec[]): VideoRequestInput {
  const defaults: VideoRequestInput = {
    model: settings.defaultModel,
    aspectRatio: settings.defaultAspectRatio,
    resolution: settings.defaultResolution,
    durationSeconds: settings.defaultDurationSeconds,
  }
  if (Object.values(defaults).every((each) => each === undefined)) return input
  const given = Object.fromEntries(
    Object.entries(input).filter(([, value]) => value !== undefined && value !== null && value !== ''),
  )
  const filled = { ...defaults, ...given }
  try {
    parseRequest(filled, models)
    return filled
  } catch {
    return input
  }
}

function checkWords(prompt: string, settings: Settings): void {
  if (!settings.blockedWords?.some((word) => hasWord(prompt, word))) return
  const problem = { field: 'prompt', given: '', accepted: [], rule: 'blocked_word' as const }
  throw new VideoError('invalid_request', 'a blocked word', { problems: [problem] })
}

function checkAvailable(core: Core): void {
  if (core.health.trouble) throw core.health.trouble
  if (core.offered.list().length === 0) throw new VideoError('model_retired', 'no model can be had')
}

/** Checks and prices an input for a person without storing anything; throws what `submit` would. */
export async function quote(core: Core, input: VideoRequestInput, person: Person): Promise<Quote> {
  return quoteUnder(await settingsIn(core.store, scopeOf(person)), core, input, person)
}

async function quoteUnder(settings: Settings, core: Core, input: VideoRequestInput, person: Person): Promise<Quote> {
  checkWelcome(person, settings)
  const models = offersUnder(core.offered.list(), settings)
  if (models.length === 0 && core.offered.list().length > 0)
    throw new VideoError('not_now', 'the settings leave nothing to make', { facts: { variant: 'no_offer' } })
  const asked = parseRequest(withDefaults(input, settings, models), models)
  checkWords(`${asked.prompt} ${asked.negativePrompt ?? ''}`, settings)
  const request = await buildable(core.store, asked, core.clock.now())
  const model = findModel(request.model)
  if (!model) throw new VideoError('internal', `no model ${request.model}`)
  return { request, model, priceMicros: priceOf(request, model) }
}

/**
 * The store's insert, whose answer may be lost on its way from a database on another machine: then the row is looked for,
 * so that nobody is refused what is being made and paid for.
 */
async function inserted(core: Core, operation: NewOperation, limits: InsertLimits): Promise<InsertOutcome> {
  try {
    return await core.store.insert(operation, limits)
  } catch (thrown) {
    const there = await core.store.getByEventId(operation.eventId).catch(() => null)
    if (there === null) throw thrown
    return { kind: there.id === operation.id ? 'created' : 'existing', operation: there }
  }
}

/**
 * Makes an Operation out of a submission: parsed, allowed, within every budget and durable when this resolves. The same
 * event twice is the same Operation. Throws a VideoError, and then nothing was stored.
 */
export async function submit(core: Core, submission: Submission): Promise<Accepted> {
  try {
    return await accept(core, submission)
  } catch (refusal) {
    // What an event has become stays so, even where it would be refused today.
    const known = await core.store.getByEventId(submission.eventId).catch(() => null)
    if (known === null) throw refusal
    return { operation: known, created: false }
  }
}

async function accept(core: Core, submission: Submission): Promise<Accepted> {
  const { person } = submission
  checkAvailable(core)
  const settings = await settingsIn(core.store, scopeOf(person))
  const { request, priceMicros } = await quoteUnder(settings, core, submission.input, person)
  const now = core.clock.now()
  const outcome = await inserted(
    core,
    {
      // Ordered by time, so that indexes grow at their end: random keys cost four times as much written to disk.
      id: randomUUIDv7(),
      eventId: submission.eventId,
      hold: needsApproval(core.policy, settings, person, priceMicros) ? 'approval' : null,
      request,
      parentId: submission.parentId ?? null,
      relation: submission.relation ?? null,
      requester: person.id,
      requesterName: person.name,
      workspace: person.workspace,
      thread: submission.thread,
      locale: person.locale,
      private: submission.private || person.direct === true,
      priceMicros,
      charge: core.policy.free ? 'none' : 'reserved',
      createdAt: now,
      announceDueAt: submission.postsItself ? now + frontEndPostsMilliseconds : now,
    },
    limitsFor(core.policy, settings, person, now),
  )
  const refusal = refusalOf(outcome, priceMicros)
  if (refusal) throw refusal
  if (outcome.kind !== 'created' && outcome.kind !== 'existing') throw new VideoError('internal', 'no outcome')
  const { operation } = outcome
  reached('accepted', operation.id)
  core.log.info(
    {
      operation: operation.id,
      requester: person.id,
      model: request.model,
      // Written only where LOG_PROMPTS allows it.
      prompt: request.prompt,
      priceMicros,
      created: outcome.kind === 'created',
    },
    'accepted',
  )
  return { operation, created: outcome.kind === 'created' }
}
