import type { types } from '@slack/bolt'
import { asVideoError, VideoError } from '../../core/errors.ts'
import type { VideoCommands } from '../../core/ports/commands.ts'
import type { Clock, Log } from '../../core/ports/machine.ts'
import { helpIn } from '../help.ts'
import type { SlackApi } from './api.ts'
import type { Player } from './link.ts'
import type { Listing } from './lists.ts'
import type { People, SlackPerson } from './people.ts'
import { isUnclear, type Replies, refusalIn, type Saying } from './reply.ts'

/** What every handler works with. */
export interface Desk {
  readonly api: SlackApi
  readonly commands: VideoCommands
  readonly people: People
  readonly replies: Replies
  readonly player: Player
  readonly clock: Clock
  readonly log: Log
  /** Whether the same was pressed just before: a double click is meant once. */
  readonly twice: (what: string) => boolean
}

/** Which workspace an event is for, as Bolt has read it. */
export interface ForTeam {
  readonly teamId?: string | undefined
}

/** The desk of an event's workspace. */
export type DeskFor = (context: ForTeam) => Promise<Desk>

/** Answers a click or command so that only the person sees it; `replace_original`: instead of what was clicked on, for all. */
export type Respond = (answer: {
  readonly response_type?: 'ephemeral'
  readonly replace_original: boolean
  readonly text: string
  readonly blocks: types.KnownBlock[]
}) => Promise<unknown>

/** Says something to one person alone. What was done stands, whether Slack takes the sentence or not; returns that. */
export async function tell(desk: Desk, respond: Respond, said: Saying, replace = false): Promise<boolean> {
  try {
    const forWhom = replace ? {} : ({ response_type: 'ephemeral' } as const)
    await respond({ ...forWhom, replace_original: replace, ...said })
    return true
  } catch (thrown) {
    desk.log.info({ platform: 'slack', error: asVideoError(thrown).message }, 'a private answer could not be given')
    return false
  }
}

/** The refusal behind a thrown thing, as the person reads it; what is our own fault is logged. */
export async function refusal(desk: Desk, person: SlackPerson, thrown: unknown): Promise<Saying> {
  const error = asVideoError(thrown)
  if (error.code === 'internal') desk.log.error({ platform: 'slack', error: error.message }, 'a request failed')
  // An admin whom Slack did not name in time counts as a member, but is not to believe that they are none.
  const unsure = error.code === 'forbidden' && !person.known && !person.outsider
  if (unsure) return refusalIn(person.locale, new VideoError('busy', error.message, { facts: { seconds: 5 } }))
  if (!isUnclear(error)) return refusalIn(person.locale, error)
  const offers = await desk.commands.offers(person).catch(() => [])
  return refusalIn(person.locale, error, helpIn(person.locale, offers))
}

/** What lists are made from, for this person now. */
export async function listingFor(desk: Desk, person: SlackPerson): Promise<Listing> {
  const { url } = await desk.api.identity()
  return { commands: desk.commands, person, teamUrl: url, player: desk.player, now: desk.clock.now() }
}

/** Throws `forbidden` for people of another organisation: they share a channel, not the host's purse. */
export function checkInsider(person: SlackPerson): void {
  if (person.outsider) throw new VideoError('forbidden', 'an outsider', { facts: { variant: 'outside' } })
}

const doubleClickMilliseconds = 1_500

/** Remembers for a moment what was pressed. */
export function doubleClicks(clock: Clock): (what: string) => boolean {
  const pressed = new Map<string, number>()
  return (what) => {
    const now = clock.now()
    for (const [old, at] of pressed) if (Math.abs(now - at) > doubleClickMilliseconds) pressed.delete(old)
    if (pressed.has(what)) return true
    pressed.set(what, now)
    return false
  }
}

/** Slack takes one acknowledgement; a lost one must not undo what was stored. */
export function once(ack: () => Promise<void>): () => Promise<void> {
  let done = false
  return async () => {
    if (done) return
    done = true
    await ack().catch(() => undefined)
  }
}
