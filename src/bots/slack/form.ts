import type { types } from '@slack/bolt'
import { asVideoError, type Problem } from '../../core/errors.ts'
import type { Relation } from '../../core/operation.ts'
import type { VideoCommands } from '../../core/ports/commands.ts'
import type { RemoteImage, VideoRequestInput } from '../../core/request.ts'
import type { WordingKey } from '../../core/wording/en.ts'
import { describeError, describeProblem, money, say } from '../../core/wording.ts'
import { choicesFor } from '../choices.ts'
import { shorten, whole } from '../shorten.ts'
import type { Block } from './blocks.ts'
import { smallBlock } from './blocks.ts'
import type { SlackPerson } from './people.ts'
import { escapeText, plainInMarkdown } from './text.ts'
import type { SlackFile } from './thread.ts'

/** What a form is about; it travels with it, so that it works after a restart. */
export interface Purpose {
  /** Where the video goes; null lets the person choose, and unless they do it goes to them alone. */
  readonly thread: string | null
  readonly relation?: Relation
  readonly parentId?: string
  /** The picture it was opened on. */
  readonly image?: RemoteImage
}

/** What a person has filled in. */
export interface Filled {
  readonly input: VideoRequestInput
  readonly first: readonly SlackFile[]
  readonly last: readonly SlackFile[]
  readonly references: readonly SlackFile[]
  readonly private: boolean
  /** The channel they chose, where they could. */
  readonly channel: string | null
}

const sizes = {
  model: ['model', 'field.model'],
  aspect: ['aspectRatio', 'name.aspectRatio'],
  resolution: ['resolution', 'name.resolution'],
  duration: ['durationSeconds', 'name.durationSeconds'],
} as const
type SizeName = keyof typeof sizes

const titles: Readonly<Partial<Record<Relation, WordingKey>>> = {
  edit_prompt: 'form.edit_prompt.title',
  last_frame: 'form.last_frame.title',
  extend: 'form.extend.title',
}

/** Slack's own limit for a text field. */
const longestText = 3000
const auto = 'auto'

/** The form for a video, with only what can be had together, and its price. Throws `not_now` where a field cannot hold its text. */
export async function formView(
  commands: VideoCommands,
  person: SlackPerson,
  purpose: Purpose,
  input: VideoRequestInput,
): Promise<types.ModalView> {
  const { locale } = person
  const extends_ = purpose.relation === 'extend'
  const fresh = purpose.relation === undefined || purpose.relation === 'edit_prompt'
  const blocks: Block[] = [promptBlock(purpose, input, locale)]
  if (purpose.image) blocks.push(smallBlock(`:frame_with_picture: ${plainInMarkdown(purpose.image.name, 200)}`))
  if (purpose.relation === undefined) blocks.push(...pictureBlocks(purpose, locale))
  if (!extends_) blocks.push(...(await sizeBlocks(commands, person, input)))
  if (fresh) blocks.push(...smallPrint(input, locale))
  if (purpose.thread === null) blocks.push(whereBlock(locale))
  blocks.push(await priceBlock(commands, person, purpose, input))
  return {
    type: 'modal',
    callback_id: 'v1:video',
    private_metadata: JSON.stringify(purpose),
    title: plain(shorten(say(locale, titles[purpose.relation ?? 'again'] ?? 'form.video.title'), 24)),
    submit: plain(shorten(say(locale, 'slack.form.submit'), 24)),
    close: plain(shorten(say(locale, 'slack.form.close'), 24)),
    blocks,
  }
}

type Values = Readonly<Record<string, Readonly<Record<string, unknown>>>>
interface Held {
  readonly value?: string | null
  readonly selected_option?: { readonly value?: string } | null
  readonly selected_options?: readonly { readonly value?: string }[]
  readonly selected_conversation?: string | null
  readonly files?: readonly SlackFile[]
}

/** What stands in a form's fields. */
export function filledIn(values: Values): Filled {
  const held = new Map<string, Held>()
  for (const block of Object.values(values))
    for (const [id, value] of Object.entries(block)) held.set(id, value as Held)
  const chosen = (name: SizeName) => {
    const value = held.get(`v1:form:${name}`)?.selected_option?.value
    return value === undefined || value === auto ? null : value
  }
  const typed = (name: string) => held.get(`v1:form:${name}`)?.value ?? null
  const files = (name: string) => held.get(`v1:form:${name}`)?.files ?? []
  const ticked = (held.get('v1:form:options')?.selected_options ?? []).map((each) => each.value)
  return {
    input: {
      prompt: typed('prompt'),
      model: chosen('model'),
      aspectRatio: chosen('aspect'),
      resolution: chosen('resolution'),
      durationSeconds: chosen('duration'),
      negativePrompt: typed('negative'),
      seed: typed('seed'),
      ...(ticked.includes('draft') ? { draft: true } : {}),
    },
    first: files('first'),
    last: files('last'),
    references: files('references'),
    private: ticked.includes('private'),
    channel: held.get('v1:form:where')?.selected_conversation ?? null,
  }
}

const blockOf: Readonly<Record<string, string>> = {
  prompt: 'prompt',
  aspectRatio: 'aspect',
  resolution: 'resolution',
  durationSeconds: 'duration',
  model: 'model',
  negativePrompt: 'negative',
  seed: 'seed',
  firstFrame: 'first',
  lastFrame: 'last',
  references: 'references',
}

/** A refusal as sentences at the fields that they are about. */
export function errorsIn(thrown: unknown, blocks: readonly { block_id?: string }[], locale: string) {
  const error = asVideoError(thrown)
  const errors: Record<string, string> = {}
  const blockFor = (field: string) => {
    const wanted = blockOf[field] ?? 'prompt'
    const block = blocks.find(({ block_id: id }) => id?.split(':')[0] === wanted)
    return block?.block_id ?? 'prompt'
  }
  const add = (block: string, sentence: string) => {
    errors[block] = shorten([errors[block], sentence].filter(Boolean).join(' '), 2000)
  }
  for (const problem of error.problems) add(blockFor(problem.field), describeProblem(problem, locale))
  if (error.problems.length === 0) {
    const { title, text } = describeError(error, locale)
    add(error.code === 'bad_image' ? blockFor('firstFrame') : 'prompt', `${title}. ${text}`)
  }
  return errors
}

function plain(text: string): types.PlainTextElement {
  return { type: 'plain_text', text }
}

function promptBlock(purpose: Purpose, input: VideoRequestInput, locale: string): Block {
  const key = purpose.relation === 'extend' ? 'form.prompt.extend.label' : 'form.prompt.label'
  const prompt = whole(input.prompt ?? '', longestText)
  return {
    type: 'input',
    block_id: 'prompt',
    label: plain(say(locale, key)),
    element: {
      type: 'plain_text_input',
      action_id: 'v1:form:prompt',
      multiline: true,
      max_length: longestText,
      ...(prompt ? { initial_value: prompt } : {}),
    },
  }
}

function pictureBlocks(purpose: Purpose, locale: string): Block[] {
  const file = (id: string, key: WordingKey, most: number): Block => ({
    type: 'input',
    block_id: id,
    optional: true,
    label: plain(say(locale, key)),
    element: {
      type: 'file_input',
      action_id: `v1:form:${id}`,
      filetypes: ['png', 'jpg', 'jpeg', 'webp'],
      max_files: most,
    },
  })
  const first = purpose.image ? [] : [file('first', 'form.first_frame.label', 1)]
  return [
    ...first,
    file('last', 'name.lastFrame', 1),
    ...(purpose.image ? [] : [file('references', 'name.references', 3)]),
  ]
}

async function sizeBlocks(commands: VideoCommands, person: SlackPerson, input: VideoRequestInput): Promise<Block[]> {
  const models = await commands.offers(person)
  return (Object.keys(sizes) as SizeName[]).map((name): Block => {
    const [field, key] = sizes[name]
    const offered = choicesFor(field, models, { ...input, [field]: undefined }, person.locale)
    const options = [{ value: auto, label: say(person.locale, 'slack.form.auto') }, ...offered]
      .slice(0, 100)
      .map(({ value, label }) => ({ text: plain(shorten(label, 75)), value }))
    const chosen = options.find((each) => each.value === String(input[field] ?? auto)) ?? options[0]
    return {
      type: 'input',
      // Slack keeps a field's old choice where the block's id stays; with other options it needs another one.
      block_id: `${name}:${options.map((each) => each.value).join(',')}`.slice(0, 255),
      dispatch_action: true,
      optional: true,
      label: plain(say(person.locale, key)),
      element: {
        type: 'static_select',
        action_id: `v1:form:${name}`,
        options,
        ...(chosen ? { initial_option: chosen } : {}),
      },
    }
  })
}

function smallPrint(input: VideoRequestInput, locale: string): Block[] {
  const typed = (id: string, key: WordingKey, value: string): Block => ({
    type: 'input',
    block_id: id,
    optional: true,
    label: plain(say(locale, key)),
    element: {
      type: 'plain_text_input',
      action_id: `v1:form:${id}`,
      max_length: id === 'seed' ? 12 : longestText,
      ...(value ? { initial_value: value } : {}),
    },
  })
  const options = (['draft', 'private'] as const).map((value) => ({
    text: plain(shorten(say(locale, `option.${value}.text`), 75)),
    value,
  }))
  const draft = input.draft ? options.filter((each) => each.value === 'draft') : []
  return [
    typed('negative', 'form.negative.label', whole(input.negativePrompt ?? '', longestText)),
    typed('seed', 'name.seed', String(input.seed ?? '')),
    {
      type: 'input',
      block_id: 'options',
      optional: true,
      label: plain(`${say(locale, 'option.draft.name')}, ${say(locale, 'option.private.name')}`),
      element: {
        type: 'checkboxes',
        action_id: 'v1:form:options',
        options,
        ...(draft.length > 0 ? { initial_options: draft } : {}),
      },
    },
  ]
}

function whereBlock(locale: string): Block {
  return {
    type: 'input',
    block_id: 'where',
    optional: true,
    label: plain(say(locale, 'slack.form.where')),
    element: {
      type: 'conversations_select',
      action_id: 'v1:form:where',
      filter: { include: ['public', 'private'], exclude_bot_users: true },
    },
  }
}

async function priceBlock(
  commands: VideoCommands,
  person: SlackPerson,
  purpose: Purpose,
  input: VideoRequestInput,
): Promise<Block> {
  const { locale } = person
  try {
    const builds =
      purpose.relation === 'extend' ? { builds: 'extend' as const, buildsOn: purpose.parentId ?? null } : {}
    const asked = { ...input, ...builds, prompt: input.prompt?.trim() ? input.prompt : '…' }
    const { model, request, priceMicros } = await commands.quote(asked, person)
    const price = say(locale, 'slack.form.price', { price: money(priceMicros) })
    const format = { resolution: request.resolution, aspect: request.aspectRatio, seconds: request.durationSeconds }
    return smallBlock(`*${escapeText(price)}*  ·  ${escapeText(model.name)}  ·  ${say(locale, 'value.format', format)}`)
  } catch (thrown) {
    const error = asVideoError(thrown)
    const [first]: readonly Problem[] = error.problems
    const problem = first ? describeProblem(first, locale) : describeError(error, locale).title
    return smallBlock(escapeText(say(locale, 'slack.form.impossible', { problem })))
  }
}
