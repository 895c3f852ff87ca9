import { actionsOf, changeSettings, settingsIn } from './access.ts'
import { budgetsOf, ledgerCsv, ledgerLines, setBudget } from './books.ts'
import type { Core } from './context.ts'
import type { Eta } from './eta.ts'
import { audit, card, find, history, list, openFile, statistics } from './inspect.ts'
import type { Operation } from './operation.ts'
import { ban, forgetMe, reachOf } from './people.ts'
import type { BudgetChange, Person, VideoCommands } from './ports/commands.ts'
import { cancel, decide, deliverAgain, lookAgain, remove, rerun, settle } from './steer.ts'
import { offersFor, quote, submit } from './submit.ts'
import { suggest } from './suggest.ts'

/** Of what was changed, as much is kept for the list of what admins did, in characters. */
const longestDetail = 500

/** Everything that front ends may ask of core, bound to one installation. */
export function createCommands(core: Core, eta: Eta): VideoCommands {
  const { store } = core

  /** Notes and logs what an admin did. `workspace`: where it holds. */
  const note = async (admin: Person, workspace: string, action: string, subject: string, detail = '') => {
    const entry = {
      at: core.clock.now(),
      admin: admin.id,
      workspace,
      action,
      subject,
      detail: detail.slice(0, longestDetail),
    }
    await store.addAudit(entry)
    core.log.info({ admin: admin.id, action, subject }, 'admin')
  }

  /** Does something to an Operation; noted where it is an admin who does it to somebody else's. */
  const noted = async (admin: Person, action: string, always: boolean, run: () => Promise<Operation>) => {
    const done = await run()
    if (always || done.requester !== admin.id) await note(admin, done.workspace, action, done.id)
    return done
  }

  return {
    offers: (person) => offersFor(core, person),
    quote: (input, person) => quote(core, input, person),
    submit: (submission) => submit(core, submission),
    async posted(operationId, message) {
      // It may be gone or posted by announce meanwhile; either way there is nothing to do.
      await store.change(operationId, {}, { statusMessage: message, announceDueAt: core.clock.now() })
    },
    rerun: (relation, operationId, context) => rerun(core, relation, operationId, context),
    cancel: (operationId, person) => noted(person, 'cancel', false, () => cancel(core, operationId, person)),
    remove: (operationId, person) => noted(person, 'remove', false, () => remove(core, operationId, person)),
    decide: (operationId, decision, admin) =>
      noted(admin, decision, true, () => decide(core, operationId, decision, admin)),
    settle: (operationId, charged, admin) =>
      noted(admin, charged ? 'settle_charged' : 'settle_not_charged', true, () =>
        settle(core, operationId, charged, admin),
      ),
    deliverAgain: (operationId, admin) =>
      noted(admin, 'deliver_again', true, () => deliverAgain(core, operationId, admin)),
    lookAgain: (operationId, person) => noted(person, 'look_again', false, () => lookAgain(core, operationId, person)),
    get: (operationId, viewer) => find(core, operationId, viewer),
    list: (filter, viewer, cursor, limit) => list(core, filter, viewer, cursor, limit),
    history: (operationId, viewer) => history(core, operationId, viewer),
    statistics: (viewer) => statistics(core, viewer),
    settings: (scope) => settingsIn(store, scope),
    async changeSettings(scope, change, admin) {
      const changed = await changeSettings(store, scope, (settings) => ({ ...settings, ...change }), admin)
      await note(admin, scope.split('/')[0] ?? scope, 'settings', scope, told(change))
      return changed
    },
    budgets: (person) => budgetsOf(core, person),
    async setBudget(change, admin) {
      await setBudget(core, change, admin)
      await note(admin, change.workspace, 'budget', subjectOf(change), String(change.micros ?? told(change.micros)))
    },
    ledger: (admin, cursor, limit) => ledgerLines(core, admin, cursor, limit),
    ledgerCsv: (admin) => ledgerCsv(core, admin),
    audit: (admin, limit) => audit(core, admin, limit),
    async pause(paused, admin) {
      const scope = reachOf(admin)
      await changeSettings(store, scope, (settings) => ({ ...settings, paused }), admin)
      await note(admin, scope, paused ? 'pause' : 'resume', scope)
    },
    async ban(person, banned, admin) {
      await ban(core, person, banned, admin)
      await note(admin, reachOf(admin), banned ? 'ban' : 'unban', person)
    },
    forgetMe: (person) => forgetMe(core, person),
    suggest: (operationId, person) => suggest(core, operationId, person),
    card: (operation, locale) => card(core, eta, operation, locale),
    actionsFor: (operation, viewer) => actionsOf(operation, viewer, core.rewriter !== undefined),
    takeImage(bytes) {
      if (core.health.trouble) return Promise.reject(core.health.trouble)
      return core.files.saveImage(bytes)
    },
    openFile: (file) => openFile(core, file),
    subscribe: (listener) => store.subscribe(listener),
  }
}

function subjectOf({ workspace, target }: BudgetChange): string {
  return 'id' in target ? `${workspace} ${target.of} ${target.id}` : `${workspace} ${target.of}`
}

/** What was changed, to what; `default` where the wider scope decides again. */
function told(change: unknown): string {
  return JSON.stringify(change ?? 'unlimited', (_, value: unknown) => (value === undefined ? 'default' : value))
}
