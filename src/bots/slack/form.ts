import { randomUUID } from 'node:crypto'
import type { types } from '@slack/bolt'
import { asVideoError, type Problem } from '../../core/errors.ts'
import type { Relation } from '../../core/operation.ts'
import type { VideoCommands } from '../../core/ports/commands.ts'
import type { VideoRequestInput } from '../../core/request.ts'
import type { WordingKey } from '../../core/wording/en.ts'
import { describeError, describeProblem, money, say } from '../../core/wording.ts'
import { choicesFor } from '../choices.ts'
import { shorten, whole } from '../shorten.ts'
import type { Block } from './blocks.ts'
import { smallBlock } from './blocks.ts'
import { auto } from './filled.ts'
import type { SlackPerson } from './people.ts'
import { escapeText, plainInMarkdown } from './text.ts'
import { type Purpose, possible, quoteFor } from './wish.ts'

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

/**
 * The form for a video with `wanted` filled in as far as that can be had together, and its price. Throws `not_now` where a
 * field cannot hold its text.
 */
export async function formView(
  commands: VideoCommands,
  person: SlackPerson,
  purpose: Purpose,
  wanted: VideoRequestInput,
): Promise<types.ModalView> {
  const { locale } = person
  const input = await possible(commands, person, purpose, wanted)
  const fresh = purpose.relation === undefined || purpose.relation === 'edit_prompt'
  const blocks: Block[] = [promptBlock(purpose, input, locale)]
  if (purpose.image) blocks.push(smallBlock(`:frame_with_picture: ${plainInMarkdown(purpose.image.name, 200)}`))
  if (purpose.relation === undefined) blocks.push(...pictureBlocks(purpose, locale))
  // What builds on a video has its model and size.
  if (!input.builds) blocks.push(...(await sizeBlocks(commands, person, input, wanted)))
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

async function sizeBlocks(
  commands: VideoCommands,
  person: SlackPerson,
  input: VideoRequestInput,
  wanted: VideoRequestInput,
): Promise<Block[]> {
  const models = await commands.offers(person)
  return (Object.keys(sizes) as SizeName[]).map((name): Block => {
    const [field, key] = sizes[name]
    const offered = choicesFor(field, models, { ...input, [field]: undefined }, person.locale)
    const options = [{ value: auto, label: say(person.locale, 'slack.form.auto') }, ...offered]
      .slice(0, 100)
      .map(({ value, label }) => ({ text: plain(shorten(label, 75)), value }))
    const chosen = options.find((each) => each.value === String(input[field] ?? auto)) ?? options[0]
    // Each time anew: what was taken back may be chosen once more.
    const takenBack = wanted[field] && !input[field] ? `${randomUUID()}:` : ''
    return {
      type: 'input',
      // Slack keeps a field's old choice where the block's id stays; with other options, or without it, it needs another one.
      block_id: `${name}:${takenBack}${options.map((each) => each.value).join(',')}`.slice(0, 255),
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
  const names = input.builds ? (['private'] as const) : (['draft', 'private'] as const)
  const options = names.map((value) => ({
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
      label: plain(names.map((name) => say(locale, `option.${name}.name`)).join(', ')),
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
    const { model, request, priceMicros } = await quoteFor(commands, person, purpose, input)
    const price = say(locale, 'slack.form.price', { price: money(priceMicros) })
    const format = { resolution: request.resolution, aspect: request.aspectRatio, seconds: request.durationSeconds }
    return smallBlock(`*${escapeText(price)}*  ·  ${escapeText(model.name)}  ·  ${say(locale, 'value.format', format)}`)
  } catch (thrown) {
    const error = asVideoError(thrown)
    const [first]: readonly Problem[] = error.problems
    const { title, text } = describeError(error, locale)
    const problem = first ? describeProblem(first, locale) : `${title}. ${text}`
    return smallBlock(escapeText(say(locale, 'slack.form.impossible', { problem })))
  }
}
