import { actionsOf, changeSettings, settingsIn } from './access.ts'
import type { Core } from './context.ts'
import type { Eta } from './eta.ts'
import { card, find, history, list, openFile, statistics } from './inspect.ts'
import type { Person, VideoCommands } from './ports.ts'
import { cancel, decide, deliverAgain, lookAgain, remove, rerun } from './steer.ts'
import { offersFor, quote, submit } from './submit.ts'

/** Everything that front ends may ask of core, bound to one installation. */
export function createCommands(core: Core, eta: Eta): VideoCommands {
  const audited = async <T>(
    admin: Person,
    action: string,
    subject: string,
    detail: string,
    run: () => Promise<T>,
  ): Promise<T> => {
    const done = await run()
    await core.store.addAudit({
      at: core.clock.now(),
      admin: admin.id,
      workspace: admin.workspace,
      action,
      subject,
      detail,
    })
    core.log.info({ admin: admin.id, action, subject }, 'admin')
    return done
  }
  return {
    offers: (person) => offersFor(core, person),
    quote: (input, person) => quote(core, input, person),
    submit: (submission) => submit(core, submission),
    async posted(operationId, message) {
      // It may be gone or posted by announce meanwhile; either way there is nothing to do.
      await core.store.change(operationId, {}, { statusMessage: message, announceDueAt: core.clock.now() })
    },
    rerun: (relation, operationId, context) => rerun(core, relation, operationId, context),
    cancel: (operationId, person) => cancel(core, operationId, person),
    remove: (operationId, person) => remove(core, operationId, person),
    decide: (operationId, decision, admin) =>
      audited(admin, decision, operationId, '', () => decide(core, operationId, decision, admin)),
    deliverAgain: (operationId, admin) =>
      audited(admin, 'deliver_again', operationId, '', () => deliverAgain(core, operationId, admin)),
    lookAgain: (operationId, person) => lookAgain(core, operationId, person),
    get: (operationId, viewer) => find(core, operationId, viewer),
    list: (filter, viewer, cursor, limit) => list(core, filter, viewer, cursor, limit),
    history: (operationId, viewer) => history(core, operationId, viewer),
    statistics: (viewer) => statistics(core, viewer),
    settings: (scope) => settingsIn(core.store, scope),
    changeSettings: (scope, change, admin) =>
      audited(admin, 'settings', scope, Object.keys(change).join(' '), () =>
        changeSettings(core.store, scope, change, admin),
      ),
    card: (operation, locale) => card(core, eta, operation, locale),
    actionsFor: (operation, viewer) => actionsOf(operation, viewer),
    takeImage(bytes) {
      if (core.health.trouble) return Promise.reject(core.health.trouble)
      return core.files.saveImage(bytes)
    },
    openFile: (file) => openFile(core, file),
    subscribe: (listener) => core.store.subscribe(listener),
  }
}
