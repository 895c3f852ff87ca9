import { type Action, actions } from './card.ts'
import { mayBeKept } from './kept.ts'
import { findModel } from './models.ts'
import type { Operation } from './operation.ts'
import { pictureFiles } from './request.ts'

/**
 * Whether it can be asked for anew with all that it was made of: its pictures went with its files, and a video that it was
 * built on is kept by Google for two days only.
 */
export function hasItsSources({ request, retiredAt }: Operation): boolean {
  return retiredAt === null || (request.builds === null && pictureFiles(request).length === 0)
}

/** What the row's state allows, whoever asks; who may is access.ts's matter. `suggests` and `now`: as in CardContext. */
export function possibleActions(operation: Operation, suggests: boolean, now: number): readonly Action[] {
  if (operation.removedAt !== null) return []
  const model = findModel(operation.request.model)
  const extension = model?.extension ?? null
  const has = operation.status === 'completed' && operation.retiredAt === null
  const anew = hasItsSources(operation)
  const can: Readonly<Record<Action, boolean>> = {
    cancel: operation.status === 'pending' || (operation.status === 'processing' && operation.seenDoneAt === null),
    again: anew && operation.status === 'completed',
    edit_prompt: anew && (operation.status === 'completed' || operation.status === 'error'),
    last_frame: has,
    // As `buildable`: of one resolution, and Veo extends a file of its own.
    extend:
      has &&
      operation.request.resolution === extension?.resolution &&
      (model?.service === 'omni' || operation.sourceUri !== null),
    final: anew && operation.status === 'completed' && operation.request.draft !== null,
    download: has,
    delete: operation.status === 'completed' || operation.status === 'error',
    // What Google may have still needs none of that; the same model, once retired, would only be refused again.
    retry:
      operation.status === 'error' && operation.errorCode !== 'model_retired' && (anew || mayBeKept(operation, now)),
    suggest: anew && suggests && operation.errorCode === 'blocked_by_safety',
    approve: operation.status === 'pending' && operation.hold === 'approval',
    decline: operation.status === 'pending' && operation.hold === 'approval',
    deliver_again: has && operation.thread !== null,
  }
  return actions.filter((action) => can[action])
}
