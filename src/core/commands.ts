import { actionsOf, settingsIn } from './access.ts'
import { told } from './audit.ts'
import { budgetsOf, ledgerCsv, ledgerLines, setBudget } from './books.ts'
import { changeSettings } from './change-settings.ts'
import type { Core } from './context.ts'
import type { Eta } from './eta.ts'
import { audit, card, find, findRemoved, history, lastVideoIn, list, openFile, statistics } from './inspect.ts'
import { comeBack, leave } from './leave.ts'
import { pause } from './pause.ts'
import { ban, forgetMe } from './people.ts'
import type { VideoCommands } from './ports/commands.ts'
import { quoteRerun, rerun } from './rerun.ts'
import { cancel, decide, deliverAgain, lookAgain, remove, type Stops, settle } from './steer.ts'
import { offersFor, quote, submit } from './submit.ts'
import { suggest } from './suggest.ts'
import { stays } from './withdraw.ts'

/** Everything that front ends may ask of core, bound to one installation. */
export function createCommands(core: Core, eta: Eta): VideoCommands {
  const { store } = core
  const stops: Stops = new Map()

  return {
    offers: (person) => offersFor(core, person),
    quote: (input, person) => quote(core, input, person),
    submit: (submission) => submit(core, submission),
    async posted({ id, hold, version }, message) {
      // Its thread is up to date, so that announce has nothing to say; admins are yet to be asked.
      const shown = hold === 'approval' ? {} : { announcedVersion: version }
      // It may be gone or posted by announce meanwhile; either way there is nothing to do.
      await store.change(id, { unposted: true }, { statusMessage: message, announceDueAt: core.clock.now(), ...shown })
    },
    async emptied({ id, deliveryProblem, statusMessage, deliveredMessage, adminMessage }, message) {
      if (deliveryProblem !== stays) return
      // Without its name it is not tried again, in vain, at the next change.
      const left = (name: string | null) => (name === message ? null : name)
      const patch = {
        statusMessage: left(statusMessage),
        deliveredMessage: left(deliveredMessage),
        adminMessage: left(adminMessage),
        deliveryProblem: null,
        announceDueAt: core.clock.now(),
      }
      await store.change(id, {}, patch, { visible: true })
    },
    rerun: (relation, operationId, context) => rerun(core, relation, operationId, context),
    quoteRerun: (relation, operationId, context) => quoteRerun(core, relation, operationId, context),
    cancel: (operationId, person) => cancel(core, operationId, person, stops),
    leave: (gone, why) => leave(core, gone, why),
    comeBack: (here) => comeBack(core, here),
    remove: (operationId, person) => remove(core, operationId, person),
    decide: (operationId, decision, admin) => decide(core, operationId, decision, admin),
    settle: (operationId, charged, admin) => settle(core, operationId, charged, admin),
    deliverAgain: (operationId, admin) => deliverAgain(core, operationId, admin),
    lookAgain: (operationId, person) => lookAgain(core, operationId, person),
    get: (operationId, viewer) => find(core, operationId, viewer),
    removed: (operationId) => findRemoved(core, operationId),
    list: (filter, viewer, cursor, limit) => list(core, filter, viewer, cursor, limit),
    lastVideoIn: (thread) => lastVideoIn(store, thread),
    history: (operationId, viewer) => history(core, operationId, viewer),
    statistics: (viewer) => statistics(core, viewer),
    settings: (scope) => settingsIn(store, scope),
    changeSettings(scope, change, admin) {
      const deed = { action: 'settings', subject: scope, detail: told(change) }
      return changeSettings(core, scope, (settings) => ({ ...settings, ...change }), admin, deed)
    },
    budgets: (person) => budgetsOf(core, person),
    async setBudget(change, admin) {
      await setBudget(core, change, admin)
    },
    ledger: (admin, cursor, limit) => ledgerLines(core, admin, cursor, limit),
    ledgerCsv: (admin) => ledgerCsv(core, admin),
    audit: (admin, limit) => audit(core, admin, limit),
    pause: (paused, admin) => pause(core, paused, admin),
    async ban(person, banned, admin) {
      await ban(core, person, banned, admin)
    },
    forgetMe: (person) => forgetMe(core, person),
    suggest: (operationId, person) => suggest(core, operationId, person),
    card: (operation, locale) => card(core, eta, operation, locale),
    actionsFor: (operation, viewer) => actionsOf(operation, viewer, core.rewriter !== undefined, core.clock.now()),
    takeImage(bytes) {
      if (core.health.trouble) return Promise.reject(core.health.trouble)
      return core.files.saveImage(bytes)
    },
    openFile: (file) => openFile(core, file),
    subscribe: (listener) => store.subscribe(listener),
  }
}
