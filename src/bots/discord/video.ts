import {
  type APIApplicationCommandAutocompleteInteraction,
  type APIApplicationCommandInteractionDataBasicOption,
  type APIChatInputApplicationCommandInteraction,
  type APIInteraction,
  type APIMessageApplicationCommandInteraction,
  type APIModalSubmitInteraction,
  ApplicationCommandOptionType,
  InteractionContextType,
  InteractionResponseType,
} from 'discord.js'
import { VideoError } from '../../core/errors.ts'
import type { Operation } from '../../core/operation.ts'
import type { VideoRequestInput } from '../../core/request.ts'
import { money, say } from '../../core/wording.ts'
import { choicesFor } from '../choices.ts'
import { type Command, findCommand, messageCommands } from '../command.ts'
import { shorten } from '../shorten.ts'
import { checkAsks } from '../small-talk.ts'
import { parseCustomId } from './custom-id.ts'
import { type Asked, type Desk, eventIdOf, open, reply, showAccepted, threadFor } from './desk.ts'
import { filledFrom, formKinds, formOf } from './forms.ts'
import { attachmentsOf, givenOf, picturesOf, requestOf, wantsPrivate } from './input.ts'
import { notice, refusalBody } from './render.ts'

/** In the bot's own direct channel nobody else looks on, so it is private without asking. */
function isPrivate(interaction: APIInteraction, wanted: boolean): boolean {
  return wanted || interaction.context === InteractionContextType.BotDM
}

async function submit(
  desk: Desk,
  asked: Asked,
  eventId: string,
  input: VideoRequestInput,
  wanted: boolean,
): Promise<void> {
  const { interaction, person } = asked
  const alone = isPrivate(interaction, wanted)
  const accepted = await desk.commands.submit({
    eventId,
    person,
    thread: threadFor(interaction, alone),
    private: alone,
    input,
    postsItself: true,
  })
  await showAccepted(desk, asked, accepted, alone)
}

/** `/video` */
export async function onVideo(
  desk: Desk,
  asked: Asked<APIChatInputApplicationCommandInteraction>,
  command: Command,
): Promise<void> {
  const { data } = asked.interaction
  const options = data.options as APIApplicationCommandInteractionDataBasicOption[] | undefined
  const given = givenOf(command, options, data.resolved)
  const input = requestOf(given)
  checkAsks(input.prompt ?? '')
  await submit(desk, asked, eventIdOf(asked.interaction), input, wantsPrivate(given))
}

const autocompleted = {
  models: 'model',
  aspects: 'aspectRatio',
  resolutions: 'resolution',
  durations: 'durationSeconds',
} as const
const choicesAtMost = 25

/** What can be had, with its price, for the option that is being typed. Never refuses: no choices is an answer too. */
export async function onAutocomplete(
  desk: Desk,
  asked: Asked<APIApplicationCommandAutocompleteInteraction>,
): Promise<void> {
  const { interaction, person } = asked
  const options = interaction.data.options as APIApplicationCommandInteractionDataBasicOption[]
  const focused = options.find((each) => 'focused' in each && each.focused)
  const option = findCommand(interaction.data.name)?.options.find((each) => each.name === focused?.name)
  const field = autocompleted[(option?.choices ?? '') as keyof typeof autocompleted]
  const chosenFor = (name: string) => options.find((each) => each.name === name && each !== focused)?.value
  const models = await desk.commands.offers(person).catch(() => [])
  const chosen = {
    model: text(chosenFor('model')),
    aspectRatio: text(chosenFor('aspect')),
    resolution: text(chosenFor('resolution')),
    durationSeconds: text(chosenFor('duration')),
  }
  const typed = String(focused?.value ?? '').toLowerCase()
  const choices = field === undefined ? [] : choicesFor(field, models, chosen, person.locale)
  const fitting = choices.filter(({ label, value }) => `${label} ${value}`.toLowerCase().includes(typed))
  const numeric = focused?.type === ApplicationCommandOptionType.Integer
  const shown = (fitting.length > 0 ? fitting : choices).slice(0, choicesAtMost)
  await desk.api.answer(interaction, {
    type: InteractionResponseType.ApplicationCommandAutocompleteResult,
    data: {
      choices: shown.map(({ label, value }) => ({ name: shorten(label, 100), value: numeric ? Number(value) : value })),
    },
  })
}

function text(value: string | number | boolean | undefined): string | undefined {
  return value === undefined ? undefined : String(value)
}

/** “Animate this image” and “Use as last frame”: asks for the rest in a form. */
export async function onMenu(desk: Desk, asked: Asked<APIMessageApplicationCommandInteraction>): Promise<void> {
  const { interaction, person } = asked
  const { data } = interaction
  const menu = messageCommands.find((each) => say('en', `menu.${each.name}.name`) === data.name)
  if (!menu) throw new VideoError('not_found', `no menu ${data.name}`)
  const [picture] = picturesOf(attachmentsOf(data.resolved.messages[data.target_id]))
  if (!picture) {
    const { locale } = person
    await reply(
      desk,
      interaction,
      notice(say(locale, 'chat.no_image.title'), say(locale, 'chat.no_image.text'), 'failed'),
    )
    return
  }
  const models = await desk.commands.offers(person)
  const form = formOf({
    kind: menu.image,
    operationId: '',
    opening: interaction.id,
    prompt: '',
    price: null,
    picture,
    models,
    locale: person.locale,
  })
  if (!form) throw new VideoError('bad_image', 'the address of the picture is too long', { facts: { why: 'other' } })
  await open(desk, interaction, form)
}

/** Opens the form that asks for the words of a new Operation made of an old one. */
export async function openForm(
  desk: Desk,
  asked: Asked,
  kind: 'edit_prompt' | 'last_frame' | 'extend',
  operation: Operation,
  prompt: string,
): Promise<void> {
  const { interaction, person } = asked
  // What is refused whatever the words is better known before they are written.
  const { priceMicros } = await desk.commands.quoteRerun(kind, operation.id, { person, input: { prompt: '…' } })
  const price = money(priceMicros)
  const about = { kind, operationId: operation.id, opening: interaction.id, prompt, price }
  const form = formOf({ ...about, picture: null, models: [], locale: person.locale })
  if (form) await open(desk, interaction, form)
}

/** A form was sent; it is closed by now, and with it goes what was typed, so that a refusal gives that back. */
export async function onForm(desk: Desk, asked: Asked<APIModalSubmitInteraction>): Promise<void> {
  const { interaction, person } = asked
  try {
    await sendOff(desk, asked)
  } catch (thrown) {
    const { prompt } = filledFrom(interaction.data).input
    if (!(thrown instanceof VideoError) || !prompt) throw thrown
    desk.log.info({ interaction: interaction.id, error: String(thrown) }, 'a form was refused')
    const body = refusalBody(thrown, person.locale)
    const typed = { title: say(person.locale, 'name.prompt'), description: shorten(prompt, 4096) }
    await reply(desk, interaction, { ...body, embeds: [...(body.embeds as object[]), typed] })
  }
}

/** Where Discord says that something went wrong a form stays open and is sent again, and is still one video. */
async function sendOff(desk: Desk, asked: Asked<APIModalSubmitInteraction>): Promise<void> {
  const { interaction, person } = asked
  const id = parseCustomId(interaction.data.custom_id)
  const [named, opening] = id?.rest.split(':') ?? []
  const kind = formKinds.find((each) => each === named)
  if (id?.verb !== 'form' || !kind) throw new VideoError('not_found', 'no such form')
  // A form from before an update carries no id of its opening.
  const eventId = opening === undefined ? eventIdOf(interaction) : `discord:form:${opening}`
  const { input, picture } = filledFrom(interaction.data)
  if (kind === 'firstFrame' || kind === 'lastFrame') {
    return submit(desk, asked, eventId, { ...input, ...(picture ? { [kind]: picture } : {}) }, false)
  }
  const parent = await desk.commands.get(id.operationId, person)
  const accepted = await desk.commands.rerun(kind, id.operationId, {
    eventId,
    person,
    thread: threadFor(interaction, parent.private),
    postsItself: true,
    input: { prompt: input.prompt ?? '' },
  })
  await showAccepted(desk, asked, accepted, parent.private)
}
