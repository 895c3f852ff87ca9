import { type APIEmbed, ButtonStyle, ComponentType, type GatewayMessageCreateDispatchData } from 'discord.js'
import { asVideoError, VideoError } from '../../core/errors.ts'
import type { Operation } from '../../core/operation.ts'
import type { Accepted, Person } from '../../core/ports/commands.ts'
import type { RemoteImage } from '../../core/request.ts'
import { say } from '../../core/wording.ts'
import { busy } from '../busy.ts'
import { framesFrom } from '../frames.ts'
import { helpIn } from '../help.ts'
import { insteadOf, isOfParent, mayBeAnew, notYet } from '../instead.ts'
import { isSmallTalk } from '../small-talk.ts'
import { readWords, speaksOfPicture } from '../words.ts'
import type { MessageBody } from './api.ts'
import { customId } from './custom-id.ts'
import type { Desk } from './desk.ts'
import { isGone } from './failure.ts'
import { attachmentsOf, picturesOf } from './input.ts'
import { linkedIn, threadOf } from './place.ts'
import { notice, plain, refusalBody, rows } from './render.ts'
import { nonceOf, operationShownBy } from './spots.ts'

/** A message that speaks to the bot, with who wrote it. */
export interface Spoken {
  readonly message: GatewayMessageCreateDispatchData
  readonly person: Person
  readonly botId: string
  /** The bot's own role, where the message mentions that. */
  readonly role: string | null
}

const askAgainMilliseconds = 5_000

/**
 * A message that names the bot, or a direct one: a new video, or, in reply to a finished one, a change of that. The row is
 * written here; announce then posts the status message as a reply to it. A reply alone, which Discord counts as a mention,
 * is talk between people: "thanks" costs nothing. What brings a file along is about that, never about the clip.
 */
export async function onMention(desk: Desk, heard: Spoken): Promise<void> {
  const { message, botId, role } = heard
  const { locale } = heard.person
  try {
    const brings = message.attachments.length > 0
    // Of a message that mentions no more than the role Discord shows nothing.
    if (role !== null && message.content === '' && !brings) return await answer(desk, heard, toldByRole(locale))
    const names = new RegExp(role === null ? `<@!?${botId}>` : `<@(?:!?${botId}|&${role})>`, 'g')
    const text = message.content.replace(names, ' ').trim()
    const named = text !== message.content.trim()
    const direct = message.guild_id === undefined
    if (!named && !direct) return
    const spoken = { ...heard, person: await desk.guests.admit(heard.person) }
    if (text === '' || isSmallTalk(text)) return await answer(desk, spoken, await help(desk, spoken.person))
    const parent = brings ? null : await repliedTo(desk, spoken)
    if (parent === null) await submit(desk, spoken, text)
    else await change(desk, spoken, parent, text)
  } catch (thrown) {
    const error = asVideoError(thrown)
    desk.log.info({ message: message.id, code: error.code }, 'a mention was refused')
    await answer(desk, heard, refusalBody(error, locale))
  }
}

/**
 * The Operation of the message of ours that is replied to; null where that is about none, or somebody else's. A status
 * message that has ended as one line is about what stands where it leads. Throws `not_found` where nothing does any more:
 * what is meant for that video is no wish for another one, and `busy` where Discord does not show what stands there.
 */
async function repliedTo({ api }: Desk, { message, botId }: Spoken): Promise<string | null> {
  const source = message.referenced_message
  if (source?.author.id !== botId) return null
  const led = linkedIn(source.content)
  if (led === null) return operationShownBy(source)
  const there = await api.read(led.channel, led.message).catch((thrown: unknown) => {
    if (isGone(thrown)) return null
    throw busy('discord: what stands there?', askAgainMilliseconds, thrown)
  })
  const shown = there && operationShownBy(there)
  if (!shown) throw new VideoError('not_found', 'the message with the outcome is gone')
  return shown
}

async function submit(desk: Desk, spoken: Spoken, text: string): Promise<Accepted> {
  const { message, person } = spoken
  const { input, references, private: wanted } = readWords(text, await desk.commands.offers(person))
  return desk.commands.submit({
    eventId: `discord:${message.id}`,
    person,
    thread: threadFor(message),
    private: wanted || message.guild_id === undefined,
    input: { ...input, ...framesFrom(picturesFor(spoken, input.prompt ?? ''), references) },
  })
}

/**
 * The pictures that a message is about: its own, or those of the message it replies to. Throws `bad_image` where it brings
 * or speaks of one and none is there, and where all of that message is hidden from us, whatever it was: Discord shows one
 * only with a mention of us and in direct messages.
 */
function picturesFor({ message, botId }: Spoken, prompt: string): readonly RemoteImage[] {
  const { attachments, referenced_message: source } = message
  const brings = attachments.length > 0
  const above = attachmentsOf(source ?? undefined)
  const pictures = picturesOf(brings ? attachments : above)
  if (pictures.length > 0) return pictures
  if (brings) throw noPicture('not_an_image')
  if (source && source.author.id !== botId) {
    if (source.content === '' && above.length === 0 && source.embeds.length === 0) throw noPicture('hidden_above')
    if (speaksOfPicture(prompt)) throw noPicture('none_above')
  }
  return pictures
}

function noPicture(why: string): VideoError {
  return new VideoError('bad_image', 'no picture', { facts: { why } })
}

async function change(desk: Desk, spoken: Spoken, parentId: string, text: string): Promise<void> {
  const { message, person } = spoken
  try {
    const { input, private: wanted } = readWords(text, await desk.commands.offers(person))
    const context = { eventId: `discord:${message.id}`, person, thread: threadFor(message), private: wanted, input }
    await desk.commands.rerun('edit', parentId, context)
  } catch (thrown) {
    const error = asVideoError(thrown)
    if (!isOfParent(error)) throw error
    const parent = await desk.commands.get(parentId, person)
    const wait = notYet(parent, desk.clock.now(), person.locale)
    if (wait !== null) return answer(desk, spoken, notice(wait.title, plain(wait.text)))
    // A field that is cut would lose the end of what was asked for.
    if (!mayBeAnew(error) || text.length > wordsShown) throw error
    const can = desk.commands.actionsFor(parent, person)
    // What somebody else's clip could become is its owner's to press.
    if (!can.includes('edit_prompt')) throw error
    await answer(desk, spoken, nearest(parent, text, can.includes('last_frame'), person.locale))
  }
}

/** Where the answers to a message go. */
function threadFor(message: GatewayMessageCreateDispatchData): string {
  return threadOf({
    channel: message.channel_id,
    guild: message.guild_id ?? null,
    replyTo: message.id,
    uploadLimit: null,
    token: null,
  })
}

/** What Discord takes in one field. */
const wordsShown = 1_024

/** What the model can do instead; the words stand in the message itself, so that its buttons never age. */
function nearest(parent: Operation, text: string, lastFrame: boolean, locale: string): MessageBody {
  const { id } = parent
  const button = (verb: 'edit_with' | 'last_frame_with', label: string) =>
    ({ type: ComponentType.Button, style: ButtonStyle.Secondary, label, custom_id: customId(verb, id) }) as const
  const buttons = [button('edit_with', say(locale, 'chat.edit.again'))]
  if (lastFrame) buttons.push(button('last_frame_with', say(locale, 'chat.edit.last_frame')))
  const { title, text: description } = insteadOf(parent, locale)
  const embed: APIEmbed = { title, description, fields: [{ name: say(locale, 'name.prompt'), value: text }] }
  return { embeds: [embed], components: rows(buttons) }
}

function toldByRole(locale: string): MessageBody {
  return notice(say(locale, 'chat.role.title'), plain(say(locale, 'chat.role.text')))
}

async function help(desk: Desk, person: Person): Promise<MessageBody> {
  const offers = await desk.commands.offers(person).catch(() => [])
  return notice(say(person.locale, 'chat.help.title'), plain(helpIn(person.locale, offers)))
}

/** Replies to the message, pinging nobody but through the reply, at most once. */
async function answer(desk: Desk, { message }: Spoken, body: MessageBody): Promise<void> {
  const { flags, ...rest } = body
  const nonce = { nonce: nonceOf(message.id, 'answer', message.channel_id), enforce_nonce: true }
  const reply = { message_reference: { message_id: message.id, fail_if_not_exists: false } }
  const pings = { allowed_mentions: { parse: [], replied_user: true } }
  try {
    await desk.api.post(message.channel_id, { body: { ...rest, ...nonce, ...reply, ...pings } })
  } catch (thrown) {
    desk.log.warn({ message: message.id, error: String(thrown) }, 'a mention could not be answered')
  }
}
