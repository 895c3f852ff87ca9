import { type Action, actions } from './card.ts'
import { findModel } from './models.ts'
import type { Operation } from './operation.ts'

/** What the row's state allows, whoever asks; who may is access.ts's matter. `suggests`: as in CardContext. */
export function possibleActions(operation: Operation, suggests: boolean): readonly Action[] {
  if (operation.removedAt !== null) return []
  const model = findModel(operation.request.model)
  const extension = model?.extension ?? null
  const has = operation.status === 'completed' && operation.retiredAt === null
  const can: Readonly<Record<Action, boolean>> = {
    cancel: operation.status === 'pending' || (operation.status === 'processing' && operation.seenDoneAt === null),
    again: operation.status === 'completed',
    edit_prompt: operation.status === 'completed' || operation.status === 'error',
    last_frame: has,
    // As `buildable`: of one resolution, and Veo extends a file of its own.
    extend:
      has &&
      operation.request.resolution === extension?.resolution &&
      (model?.service === 'omni' || operation.sourceUri !== null),
    final: operation.status === 'completed' && operation.request.draft !== null,
    download: has,
    delete: operation.status === 'completed' || operation.status === 'error',
    // The same model would only be refused again.
    retry: operation.status === 'error' && operation.errorCode !== 'model_retired',
    suggest: suggests && operation.errorCode === 'blocked_by_safety',
    approve: operation.status === 'pending' && operation.hold === 'approval',
    decline: operation.status === 'pending' && operation.hold === 'approval',
    deliver_again: has && operation.thread !== null,
  }
  return actions.filter((action) => can[action])
}
