import type { Operation } from '../core/operation.ts'
import type { Log } from '../core/ports/machine.ts'
import type { OperationStore } from '../core/ports/store.ts'
import { books, costAdder } from './books.ts'
import { changer } from './change.ts'
import { claims } from './claims.ts'
import { followOthers } from './elsewhere.ts'
import type { Engine } from './engine.ts'
import { inserter } from './insert.ts'
import { listing } from './listing.ts'
import { looks } from './looks.ts'
import { office } from './office.ts'
import { people } from './people.ts'
import type { Presence } from './presence.ts'
import { shared } from './shared.ts'
import { statistics } from './statistics.ts'

/**
 * The one body of OperationStore, for any engine. Nothing is remembered between calls: another process may write the
 * same database. Subscribers hear of inserts and changes, not of leases: of those made here, and where the database tells,
 * of those made elsewhere that a person can see.
 */
export function createStore(engine: Engine, presence: Presence, log: Log): OperationStore {
  const listeners = new Set<(operation: Operation) => void>()
  const looking = looks(engine)
  const accounting = books(engine)
  const insert = inserter(engine, { getByEventId: looking.getByEventId, spent: accounting.spent })
  const change = changer(engine)
  const addCost = costAdder(engine)

  function tell(operation: Operation): void {
    for (const listener of [...listeners]) {
      try {
        listener(operation)
      } catch (thrown) {
        log.error({ operation: operation.id, error: String(thrown) }, 'a listener to stored changes threw')
      }
    }
  }

  followOthers(engine, looking.get, () => listeners.size > 0, tell, log)
  return {
    ...looking,
    ...accounting,
    ...claims(engine, presence),
    ...office(engine),
    ...people(engine),
    ...shared(engine),
    instances: () => presence.all(),
    list: listing(engine),
    statistics: statistics(engine),
    async insert(operation, limits) {
      const outcome = await insert(operation, limits)
      if (outcome.kind === 'created') tell(outcome.operation)
      return outcome
    },
    async change(id, when, patch, options) {
      const changed = await change(id, when, patch, options)
      if (changed) tell(changed)
      return changed
    },
    async addCost(...given) {
      const changed = await addCost(...given)
      if (changed) tell(changed)
      return changed
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    async close() {
      await presence.leave()
      await engine.close()
    },
  }
}
