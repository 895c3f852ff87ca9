import { type Problem, type ProblemRule, VideoError } from './errors.ts'
import { keptMilliseconds } from './kept.ts'
import { findModel } from './models.ts'
import type { Operation } from './operation.ts'
import type { Rerun } from './ports/commands.ts'
import type { OperationStore } from './ports/store.ts'
import type { VideoRequest, VideoRequestInput } from './request.ts'

/** Google lets an extension go on 20 times; a chain of re-runs is followed no further. */
const longestChain = 25

/** The Operations that led to this one, nearest first, without itself. */
async function ancestorsOf(store: OperationStore, operation: Operation): Promise<Operation[]> {
  const found: Operation[] = []
  let next = operation.parentId
  while (next !== null && found.length < longestChain) {
    const parent = await store.get(next)
    if (!parent) break
    found.push(parent)
    next = parent.parentId
  }
  return found
}

/** What an Operation and all that led to it cost, in micros; released ones cost nothing. Null without a parent. */
export async function chainMicros(store: OperationStore, operation: Operation): Promise<number | null> {
  if (operation.parentId === null) return null
  const chain = [operation, ...(await ancestorsOf(store, operation))]
  return chain.reduce((sum, each) => sum + (each.charge === 'released' ? 0 : each.priceMicros) + each.extraMicros, 0)
}

/** Seconds of video that an Operation's file has, its extended ancestors included. */
async function lengthOf(store: OperationStore, operation: Operation): Promise<number> {
  let seconds = operation.request.durationSeconds
  let current: Operation | null = operation
  while (current?.request.builds === 'extend' && current.request.buildsOn !== null) {
    current = await store.get(current.request.buildsOn)
    seconds += current?.request.durationSeconds ?? 0
  }
  return seconds
}

/**
 * The request as it is made and paid for: what is changed keeps the length of its film. Throws `invalid_request` unless
 * Google can still build on that Operation's video.
 */
export async function buildable(store: OperationStore, request: VideoRequest, now: number): Promise<VideoRequest> {
  if (request.builds === null) return request
  const refuse = (rule: ProblemRule, facts: Problem['facts'] = {}): never => {
    const problem = { field: 'builds', given: request.buildsOn ?? '', accepted: [], rule, facts }
    throw new VideoError('invalid_request', `cannot build: ${rule}`, { problems: [problem] })
  }
  const base = request.buildsOn === null ? null : await store.get(request.buildsOn)
  if (!base || base.removedAt !== null) return refuse('unknown_parent')
  if (base.status === 'error') return refuse('parent_failed')
  if (base.status !== 'completed' || base.handle === null) return refuse('parent_unfinished')
  if (now - (base.finishedAt ?? 0) > keptMilliseconds) return refuse('parent_expired')
  const model = findModel(request.model)
  const baseModel = findModel(base.request.model)
  if (!model || baseModel?.service !== model.service) return refuse('not_with', { model: model?.name ?? request.model })
  const length = await lengthOf(store, base)
  if (request.builds === 'edit') {
    const limit = Math.max(...model.offers.flatMap((offer) => offer.durations))
    return length > limit ? refuse('parent_too_long', { limit }) : { ...request, durationSeconds: length }
  }
  if (!model.extension) return request
  // Veo extends a file of its own; one that came inside Google's answer has no address there.
  if (model.service !== 'omni' && base.sourceUri === null) return refuse('parent_expired')
  if (base.request.resolution !== model.extension.resolution) return refuse('not_with', { model: model.name })
  const limit = model.extension.maxSeconds
  return length + request.durationSeconds > limit ? refuse('parent_too_long', { limit }) : request
}

/** The input of a new Operation that comes out of an earlier one; `change` is what the person wants different. */
export function inputFrom(relation: Rerun, parent: Operation, change: VideoRequestInput = {}): VideoRequestInput {
  const { draft, ...request } = parent.request
  const same: VideoRequestInput = { ...request, draft: draft !== null }
  const plain: VideoRequestInput = {
    ...same,
    firstFrame: null,
    lastFrame: null,
    references: [],
    builds: null,
    buildsOn: null,
  }
  switch (relation) {
    case 'again':
    case 'retry':
    case 'edit_prompt':
      return { ...(draft === null ? same : { ...same, model: draft.model, resolution: draft.resolution }), ...change }
    case 'final':
      return { ...same, draft: false, ...(draft ?? {}), ...change }
    case 'last_frame': {
      const firstFrame = { kind: 'last_frame_of', operationId: parent.id } as const
      // What an extension adds is of a length of its own, which Veo renders as nothing else.
      const anyLength = request.builds === 'extend' ? { durationSeconds: null } : {}
      return { ...plain, ...(draft ?? {}), ...anyLength, firstFrame, ...change }
    }
    case 'extend':
      return {
        ...plain,
        resolution: null,
        durationSeconds: null,
        draft: false,
        builds: 'extend',
        buildsOn: parent.id,
        ...change,
      }
    case 'edit':
      return { ...plain, draft: false, builds: 'edit', buildsOn: parent.id, ...change }
  }
}
