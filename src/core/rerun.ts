import type { Core } from './context.ts'
import { asVideoError, VideoError } from './errors.ts'
import { find } from './inspect.ts'
import { mayBeKept } from './kept.ts'
import { inputFrom } from './lineage.ts'
import { findModel } from './models.ts'
import type { Operation } from './operation.ts'
import type { Accepted, ActContext, Person, Quote, Rerun } from './ports/commands.ts'
import { isSameWish, pictureFiles, type VideoRequestInput } from './request.ts'
import { findOwn, lookAgain, notNow } from './steer.ts'
import { quote, submit } from './submit.ts'

/** The slowest double click that a system counts as one takes 0.9 s (Windows); the rest is for the ways of its two presses. */
const doubleClickMilliseconds = 2_000

/**
 * A new Operation out of an old one. Changing a public clip by a reply is open to its workspace, all else to its owner.
 * Asked for once more before anything stands in the thread about the first, it is that first one: whoever saw no answer,
 * because the service was just then killed, presses again and means one video. So it is within two seconds, whatever stands
 * there: the second press of a double click may reach another instance, which knows the first by the database alone. Nobody
 * wants one more of a video that they asked for so shortly ago.
 */
export async function rerun(core: Core, relation: Rerun, id: string, context: ActContext): Promise<Accepted> {
  const parent = await parentFor(core, relation, id, context.person)
  // Google may have it after all: fetching that costs nothing, asking anew would.
  if (relation === 'retry' && mayBeKept(parent, core.clock.now())) {
    return { operation: await lookAgain(core, id, context.person), created: false }
  }
  // A look that was asked for already, or what it has brought: pressed again, it is no wish for another video.
  if (relation === 'retry' && parent.status !== 'error') return { operation: parent, created: false }
  const input = inputFrom(relation, parent, context.input)
  const children = (await core.store.children(parent.id)).filter((child) => child.relation === relation)
  const now = core.clock.now()
  const isRecent = ({ createdAt }: Operation) => Math.abs(now - createdAt) < doubleClickMilliseconds
  const own = children.filter((child) => child.requester === context.person.id && (!isShown(child) || isRecent(child)))
  if (own.length > 0) {
    const { request } = await orGone(quote(core, input, context.person), context.input)
    const same = own.find((child) => isSameWish(child.request, request))
    if (same) return { operation: same, created: false }
  }
  await checkPictures(core, parent, input, context.eventId)
  const made = submit(core, {
    eventId: context.eventId,
    person: context.person,
    thread: context.thread,
    private: parent.private || context.private === true,
    input,
    parentId: parent.id,
    relation,
    ...(context.postsItself === undefined ? {} : { postsItself: context.postsItself }),
  })
  return orGone(made, context.input)
}

/** What `rerun` would make and what that costs; stores nothing and throws what it throws, but for gone pictures. */
export async function quoteRerun(
  core: Core,
  relation: Rerun,
  id: string,
  { person, input }: Pick<ActContext, 'person' | 'input'>,
): Promise<Quote> {
  const parent = await parentFor(core, relation, id, person)
  return orGone(quote(core, inputFrom(relation, parent, input), person), input)
}

async function parentFor(core: Core, relation: Rerun, id: string, person: Person): Promise<Operation> {
  const parent = await (relation === 'edit' ? find : findOwn)(core, id, person)
  if (parent.removedAt !== null) throw notNow(parent)
  return parent
}

/**
 * What is made, or `model_retired` with a model that is there, where the earlier one's is refused: whoever chose none perhaps
 * cannot choose another.
 */
async function orGone<Made>(made: Promise<Made>, { model: chosen }: VideoRequestInput = {}): Promise<Made> {
  try {
    return await made
  } catch (thrown) {
    const { problems } = asVideoError(thrown)
    const gone = problems.find(({ field, rule }) => field === 'model' && rule === 'not_offered')
    const [first] = gone?.accepted ?? []
    if (!gone || first === undefined || chosen) throw thrown
    const next = findModel(gone.given)?.successor ?? first
    const facts = { model: gone.given, successor: gone.accepted.includes(next) ? next : first, variant: 'here' }
    throw new VideoError('model_retired', `${gone.given} is not offered`, { facts, cause: thrown })
  }
}

/** Throws `not_now` where it would be asked for with pictures of its parent that are there no more. */
async function checkPictures(core: Core, parent: Operation, input: VideoRequestInput, eventId: string): Promise<void> {
  const ofParent = new Set(pictureFiles(parent.request))
  const needed = pictureFiles(input).filter((file) => ofParent.has(file))
  const there = await Promise.all(needed.map((file) => core.files.open(file)))
  // What this press has become already stays so.
  if (there.every((each) => each !== null) || (await core.store.getByEventId(eventId))) return
  throw new VideoError('not_now', 'its pictures are gone', { facts: { variant: 'no_pictures' } })
}

/** Whether its thread has heard of it, or never will. */
function isShown({ thread, statusMessage, deliveredMessage, deliveryProblem }: Operation): boolean {
  return thread === null || statusMessage !== null || deliveredMessage !== null || deliveryProblem !== null
}
