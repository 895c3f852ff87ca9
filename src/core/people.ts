import { isHost } from './access.ts'
import { toldAt } from './announce.ts'
import { dayOf } from './budget.ts'
import { changeSettings } from './change-settings.ts'
import type { Core } from './context.ts'
import { asVideoError } from './errors.ts'
import { isFinal, type Operation, type Relation } from './operation.ts'
import { pagesOf } from './pages.ts'
import type { Forgotten, Person } from './ports/commands.ts'
import { dropCopy, removeData } from './retire.ts'
import type { Settings } from './settings.ts'
import { cancelPending } from './steer.ts'
import { besideOf } from './withdraw.ts'

/** Until then a name stands in the books: it holds the day's budget and the count of requests a day. */
const nameStaysMilliseconds = 86_400_000
/** How often, and how far apart, it is looked what became of the messages of somebody who waits for the answer. */
const looks = { atMost: 40, apartMilliseconds: 250 }

/** The scope in which this admin bans and pauses: of the host everywhere, of others their own workspace. */
export function reachOf(admin: Person): string {
  return isHost(admin) ? 'installation' : admin.workspace
}

/** Lets somebody start nothing any more, or lets them again; what already runs is delivered. */
export function ban(core: Core, person: string, banned: boolean, admin: Person): Promise<Settings> {
  const change = (settings: Settings): Settings => {
    const others = (settings.banned ?? []).filter((each) => each !== person)
    return { ...settings, banned: banned ? [...others, person] : others }
  }
  const deed = { action: banned ? 'ban' : 'unban', subject: person }
  return changeSettings(core, reachOf(admin), change, admin, deed)
}

/**
 * Takes away everything of a person: prompts, images and videos at once, what still runs when it ends, and a day later
 * the name in Operations and books. The wish is stored first, so that a crash ends in going on with it.
 */
export async function forgetMe(core: Core, person: Person): Promise<Forgotten> {
  const askedAt = core.clock.now()
  await core.store.addForgetting({ person: person.id, askedAt })
  core.log.info({ requester: person.id }, 'asked to be forgotten')
  const { removed, running } = await emptyOut(core, person.id, askedAt)
  // Nobody waits for Google; what this does not get done, the next round does.
  dropCopies(core, person.id, askedAt).catch(() => {})
  return { removed, running, stays: await standing(core, person.id, askedAt) }
}

/** How many messages about what was removed still stand, as far as their threads say so in time. */
async function standing(core: Core, requester: string, askedAt: number): Promise<number> {
  for (let look = 1; ; look += 1) {
    let [stays, untold] = [0, 0]
    for await (const operation of askedFor(core, requester, askedAt)) {
      const { removedAt, statusMessage, deliveredMessage, adminMessage } = operation
      if (removedAt === null) continue
      const named = (statusMessage ?? deliveredMessage ?? adminMessage) !== null
      if (operation.deliveryProblem === 'stays') stays += 1
      else if (named && toldAt(operation) === null) untold += 1
    }
    if (untold === 0 || look >= looks.atMost) return stays
    await core.clock.sleep(looks.apartMilliseconds, new AbortController().signal)
  }
}

interface Emptied extends Omit<Forgotten, 'stays'> {
  /** Copies that Google works on still. */
  readonly copiesLeft: number
}

/** Takes the data of everything that this person had asked for until then, and of what others made anew of it. */
async function emptyOut(core: Core, requester: string, askedAt: number): Promise<Emptied> {
  let [removed, running, copiesLeft] = [0, 0, 0]
  for await (const operation of askedFor(core, requester, askedAt)) {
    for await (const copy of copiesOf(core, operation.id)) {
      if (copy.removedAt === null && !(await emptied(core, copy))) copiesLeft += 1
    }
    if (operation.removedAt !== null) continue
    if (await emptied(core, operation)) removed += 1
    else running += 1
  }
  return { removed, running, copiesLeft }
}

async function* askedFor({ store }: Core, requester: string, until: number): AsyncGenerator<Operation> {
  for await (const operations of pagesOf(store, { requester })) {
    yield* operations.filter(({ createdAt }) => createdAt <= until)
  }
}

/** These take the words and pictures of the one before with them, whoever presses; the others bring words of their own. */
const copying: ReadonlySet<Relation | null> = new Set(['again', 'retry', 'final', 'edit_prompt'])

async function* copiesOf(core: Core, id: string): AsyncGenerator<Operation> {
  for (const child of await core.store.children(id)) {
    if (!copying.has(child.relation)) continue
    yield child
    yield* copiesOf(core, child.id)
  }
}

/** Takes away what Google keeps of all that was emptied. */
async function dropCopies(core: Core, requester: string, askedAt: number): Promise<void> {
  for await (const operation of askedFor(core, requester, askedAt)) {
    if (operation.removedAt !== null) await dropCopy(core, operation)
    for await (const copy of copiesOf(core, operation.id)) if (copy.removedAt !== null) await dropCopy(core, copy)
  }
}

async function emptied(core: Core, operation: Operation): Promise<boolean> {
  const ended =
    operation.status === 'pending' ? await cancelPending(core, operation, null).catch(() => operation) : operation
  return isFinal(ended.status) && (await removeData(core, ended)) !== null
}

/** Goes on with what forgetting people takes, and ends it where its day has come. Never throws. */
export async function forgetPeople(core: Core): Promise<void> {
  try {
    const now = core.clock.now()
    for (const forgetting of await core.store.forgettings()) {
      const { running, copiesLeft } = await emptyOut(core, forgetting.person, forgetting.askedAt)
      await dropCopies(core, forgetting.person, forgetting.askedAt)
      // Later nobody would look for them.
      if (running + copiesLeft > 0 || now - forgetting.askedAt < nameStaysMilliseconds) continue
      // Afterwards nobody could tell whose these were.
      for await (const operation of askedFor(core, forgetting.person, forgetting.askedAt))
        await core.store.keep(besideOf(operation), null)
      if (await core.store.forget(forgetting)) core.log.info({}, 'somebody was forgotten')
    }
    await core.store.dropPseudonyms(dayOf(now))
  } catch (thrown) {
    core.log.error({ error: asVideoError(thrown).message }, 'forgetting people did not work and goes on later')
  }
}
