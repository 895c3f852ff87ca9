import { asVideoError, VideoError } from '../../core/errors.ts'
import { toldMilliseconds } from '../../core/leave.ts'
import type { Submission, VideoCommands } from '../../core/ports/commands.ts'
import type { Clock } from '../../core/ports/machine.ts'
import { framesFrom } from '../frames.ts'
import { checkAsks } from '../small-talk.ts'
import { readWords, speaksOfPicture } from '../words.ts'
import type { SlackApi } from './api.ts'
import { askedBy, type Whose } from './bucket.ts'
import { checkInsider } from './desk.ts'
import { asSlackError } from './errors.ts'
import type { SlackPerson } from './people.ts'
import { isPicture, picturesOf } from './pictures.ts'
import { isDirect, messageName, threadOf } from './place.ts'
import { plainText } from './text.ts'
import { aboutOf, clockSkewSeconds, messagesIn, type SlackFile } from './thread.ts'

/** A message to the bot: a mention in a channel, or anything in a direct channel. */
export interface Heard {
  readonly team: string
  readonly channel: string
  readonly user: string
  readonly text: string
  readonly ts: string
  /** The thread it stands in; null where it begins one. */
  readonly root: string | null
  readonly files: readonly SlackFile[]
  /** The ts of its last change; null where it stands as it was written. */
  readonly edited: string | null
  /** How often Slack has sent this event before; it gives up after three times. */
  readonly retries: number
}

/** What a message asks for: a new video, a change of the one in whose thread it stands, or nothing more: it has its answer. */
export type Wish =
  | { readonly kind: 'new'; readonly submission: Submission }
  | { readonly kind: 'change'; readonly operationId: string; readonly submission: Submission }
  | { readonly kind: 'answered' }

/** Who is asked what a message means. */
interface Asked {
  readonly api: SlackApi
  readonly commands: VideoCommands
  readonly clock: Clock
}

/** What is read of a thread, and of Slack before the row is written, takes at most this long; the event comes again. */
const readWithin = 2_000

/** The id of a message's event: the same message under several event ids is one. */
export function eventIdOf({ team, channel, ts }: Pick<Heard, 'team' | 'channel' | 'ts'>): string {
  return `slack:${team}:${channel}:${ts}`
}

/** What its one answer is known by; what was changed after it was sent gets another. */
export function answerIdOf(heard: Heard): string {
  return heard.edited === null ? eventIdOf(heard) : `${eventIdOf(heard)}:${heard.edited}`
}

/** Translates a message into core's input. Throws VideoErrors: refusals, or retryable ones where Slack did not answer. */
export async function wishOf(heard: Heard, person: SlackPerson, deps: Asked): Promise<Wish> {
  const { api, commands } = deps
  checkInsider(person)
  const whose = askedBy(person.id, readWithin)
  const { botUser } = await api.identity()
  const text = plainText(heard.text, botUser)
  checkAsks(text)
  const words = readWords(text, await commands.offers(person))
  const own = await picturesOf(deps, heard.files, whose)
  const inThread = own.length === 0 && heard.root !== null
  const above = inThread || heard.retries > 0 ? await lookUp(deps, heard, whose) : nothing
  if (above.answered) return { kind: 'answered' }
  const video = inThread ? await videoOf(commands, heard, person, above) : null
  const ofPicture = inThread && speaksOfPicture(words.input.prompt ?? '')
  const useAbove = ofPicture && above.pictures.length > 0
  if (ofPicture && !useAbove && video === null) {
    throw new VideoError('bad_image', 'no picture above', { facts: { why: 'none_above' } })
  }
  const pictures = useAbove ? await picturesOf(deps, above.pictures, whose) : own
  const direct = isDirect(heard.channel)
  // What is private never stands where others read it.
  const secret = words.private || direct
  const here = { team: heard.team, channel: heard.channel, root: heard.root ?? heard.ts }
  const submission: Submission = {
    eventId: eventIdOf(heard),
    person,
    thread: threadOf(secret && !direct ? { ...here, channel: heard.user, root: null } : here),
    private: secret,
    input: { ...words.input, ...framesFrom(pictures, words.references) },
  }
  if (pictures.length === 0 && video !== null) return { kind: 'change', operationId: video, submission }
  return { kind: 'new', submission }
}

/** Slack sends an event three times more; after the second, reading the thread above is given up rather than the wish. */
const enoughRetries = 2

/** What stands in a message's thread. */
interface Above {
  /** The pictures of the last message above it that has some. */
  readonly pictures: readonly SlackFile[]
  /** What ended above it, the newest first; in words where a video is given by link, or could not be made. */
  readonly ended: readonly { readonly id: string; readonly inWords: boolean }[]
  /** What was asked for there is older than the thread by this at most, in milliseconds. */
  readonly late: number
  /** Whether its own answer stands there: whoever read that nothing was started is not charged for it afterwards. */
  readonly answered: boolean
}

const nothing: Above = { pictures: [], ended: [], late: toldMilliseconds, answered: false }
const videoName = /^gen_video_([\w-]+)\.mp4$/

async function lookUp({ api }: Asked, heard: Heard, whose: Whose): Promise<Above> {
  const { botId, botUser } = await api.identity()
  const { channel, ts } = heard
  const root = heard.root ?? ts
  let { late } = nothing
  let pictures: readonly SlackFile[] = []
  const ended: Above['ended'][number][] = []
  try {
    for await (const message of messagesIn(api, { channel, root }, 0, whose)) {
      const ours = message.bot_id === botId || message.user === botUser
      // Nothing was asked for in a thread before somebody began it: not all that is newer than a month is read then.
      if (message.ts === root && !ours) late = 0
      if (ours && aboutOf(message, 'dailies_reply') === answerIdOf(heard)) return { ...nothing, answered: true }
      if (Number(message.ts) >= Number(ts)) continue
      const files = message.files ?? []
      if (ours) {
        const video = files.map((file) => videoName.exec(file.name ?? '')?.[1]).find((id) => id !== undefined)
        const id = video ?? aboutOf(message, 'dailies_outcome')
        if (id !== null) ended.unshift({ id, inWords: video === undefined })
      } else if (files.some(isPicture)) pictures = files.filter(isPicture)
    }
  } catch (thrown) {
    const error = asSlackError(thrown)
    const over = !error.retryable || error.message.includes('missing_scope') || heard.retries >= enoughRetries
    if (!over) throw error
    return nothing
  }
  return { pictures, ended, late, answered: false }
}

/** The Operation of the thread's last video: the one that was shown last, else one that is finished, else one that is not. */
async function videoOf(commands: VideoCommands, heard: Heard, person: SlackPerson, above: Above) {
  for (const { id, inWords } of above.ended) {
    if (!inWords || (await isVideo(commands, id, person))) return id
  }
  const { team, channel } = heard
  const root = heard.root ?? heard.ts
  // Where it cannot be read, now or ever, or shows no video, our rows know what was asked for there: what is meant for a
  // video that is still to come, or was not made, does not become another one.
  const since = Math.floor(Number(root) * 1000) - clockSkewSeconds * 1000 - above.late
  const thread = { workspace: person.workspace, thread: threadOf({ team, channel, root }), since }
  return commands.lastVideoIn({ ...thread, message: messageName(channel, root) })
}

/** Whether that Operation has become a video, and one that nobody has removed. */
async function isVideo(commands: VideoCommands, id: string, person: SlackPerson): Promise<boolean> {
  try {
    const { status, removedAt } = await commands.get(id, person)
    return status === 'completed' && removedAt === null
  } catch (thrown) {
    // What this person may not see, or no longer.
    if (['not_found', 'not_now'].includes(asVideoError(thrown).code)) return false
    throw thrown
  }
}
