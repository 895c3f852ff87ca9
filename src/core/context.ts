import { asVideoError, type VideoError } from './errors.ts'
import { catalogue, type ModelSpec } from './models.ts'
import type { Operation } from './operation.ts'
import type { Policy } from './policy.ts'
import type { VideoFiles } from './ports/files.ts'
import type { Rewriter, VideoModel } from './ports/google.ts'
import type { Clock, Log } from './ports/machine.ts'
import type { OperationStore } from './ports/store.ts'

/** What every verb of core works with; made once by main. */
export interface Core {
  readonly store: OperationStore
  readonly files: VideoFiles
  readonly model: VideoModel
  /** Suggests other words after a refusal for safety; left out where that is switched off. */
  readonly rewriter?: Rewriter
  readonly log: Log
  readonly clock: Clock
  readonly policy: Policy
  readonly offered: OfferedModels
  readonly health: Health
}

/**
 * Whether this process may ask Google about an Operation, or the stand-in where this is a rehearsal: each knows nothing of
 * what the other was asked for, and what was asked for in rehearsal is never paid.
 */
export function isOurs({ policy }: Core, { charge }: Pick<Operation, 'charge'>): boolean {
  return (charge === 'none') === policy.free
}

/** Whether new Operations can be kept; the worker looks now and then, submit asks. */
export class Health {
  /** Why nothing may be accepted now; null while all is well. */
  trouble: VideoError | null = null
}

/** The models in force: the preference cut down to what Google says the credentials can use. */
export class OfferedModels {
  private usable: ReadonlySet<string> | null = null
  private readonly preference: readonly ModelSpec[]
  private readonly retired = new Set<string>()

  /** `preference`: model ids in order; empty for the catalogue's order. */
  constructor(preference: readonly string[]) {
    const named = preference.flatMap((id) => catalogue.filter((model) => model.id === id))
    this.preference = named.length > 0 ? named : catalogue
  }

  /** The models that can be had now, best first. Before Google was asked: the whole preference. */
  list(): readonly ModelSpec[] {
    return this.preference.filter((model) => !this.retired.has(model.id) && (this.usable?.has(model.id) ?? true))
  }

  /** Google said that a model is gone for good. */
  retire(id: string): void {
    this.retired.add(id)
  }

  /** Asks Google and says in the log what is offered and what is not; keeps the earlier answer if Google cannot say. */
  async refresh(model: VideoModel, log: Log, signal: AbortSignal): Promise<void> {
    try {
      this.usable = new Set(await model.available(signal))
      for (const id of this.usable) this.retired.delete(id)
    } catch (thrown) {
      const error = asVideoError(thrown)
      log.warn(
        { code: error.code, error: error.message },
        'Google did not say which models can be used; offering all that are configured',
      )
      return
    }
    const offered = this.list().map((each) => each.id)
    const missing = this.preference.filter((each) => !offered.includes(each.id)).map((each) => each.id)
    if (offered.length === 0) log.error({ missing }, 'none of the configured models can be used with these credentials')
    else
      log.info(
        { offered, missing },
        `models: ${offered.join(', ')}${missing.length > 0 ? `; not available: ${missing.join(', ')}` : ''}`,
      )
  }
}
