import { type APIModalSubmission, ComponentType, TextInputStyle } from 'discord.js'
import type { ModelSpec } from '../../core/models.ts'
import type { RemoteImage, VideoRequestInput } from '../../core/request.ts'
import type { WordingKey } from '../../core/wording/en.ts'
import { say } from '../../core/wording.ts'
import { choicesFor, sizeChoices, sizeFrom } from '../choices.ts'
import { shorten, whole } from '../shorten.ts'
import type { MessageBody } from './api.ts'
import { customId, partOf, spread } from './custom-id.ts'
import { imageOf } from './input.ts'

/** What a form is for: a new video with a picture of a message, or something made of an Operation. */
export type FormKind = 'firstFrame' | 'lastFrame' | 'edit_prompt' | 'last_frame' | 'extend'
export const formKinds: readonly FormKind[] = ['firstFrame', 'lastFrame', 'edit_prompt', 'last_frame', 'extend']

/** The fields of forms; their order is their number in custom ids. */
const fields = ['prompt', 'size', 'aspect', 'negative', 'first_frame'] as const
type Field = (typeof fields)[number]

const titles: Readonly<Record<FormKind, WordingKey>> = {
  firstFrame: 'form.video.title',
  lastFrame: 'form.video.title',
  edit_prompt: 'form.edit_prompt.title',
  last_frame: 'form.last_frame.title',
  extend: 'form.extend.title',
}
const fieldsOf: Readonly<Record<FormKind, readonly Field[]>> = {
  firstFrame: ['prompt', 'size', 'aspect', 'negative'],
  lastFrame: ['prompt', 'first_frame', 'size', 'aspect', 'negative'],
  edit_prompt: ['prompt'],
  last_frame: ['prompt'],
  extend: ['prompt'],
}
/** What Discord takes in one text field. */
const longestText = 4_000
const selectOptions = 25

interface FormParts {
  readonly kind: FormKind
  readonly operationId: string
  /** Discord's id of the interaction that opens it: each form is sent off once, however often it arrives. */
  readonly opening: string
  readonly prompt: string
  /** What sending it off starts, as people read it; null where that is chosen in the form, or not to be had. */
  readonly price: string | null
  /** The picture that the form is about; its address travels in the form's own custom ids. */
  readonly picture: RemoteImage | null
  readonly models: readonly ModelSpec[]
  readonly locale: string
}

/** A form in Discord's shape; null where the picture's address is too long to travel with it. Throws `not_now` where its prompt is. */
export function formOf(parts: FormParts): MessageBody | null {
  const { picture, locale, models, price } = parts
  // A menu without a choice is refused by Discord; without models core says why there are none.
  const names = fieldsOf[parts.kind].filter((name) => models.length > 0 || (name !== 'size' && name !== 'aspect'))
  const carried = picture === null ? '' : `${picture.declaredType ?? ''}|${picture.declaredBytes ?? ''}|${picture.url}`
  const ids = spread(carried, fields.length)
  if (ids === null) return null
  const partsUsed = names.map((name) => fields.indexOf(name))
  if (carried !== '' && ids.some((id, index) => (partOf(id)?.part ?? '') !== '' && !partsUsed.includes(index)))
    return null
  return {
    custom_id: customId('form', parts.operationId, `${parts.kind}:${parts.opening}`),
    title: shorten([say(locale, titles[parts.kind]), ...(price === null ? [] : [price])].join(' · '), 45),
    components: names.map((name) => labelOf(name, ids[fields.indexOf(name)] ?? '', parts)),
  }
}

function labelOf(name: Field, custom_id: string, parts: FormParts): MessageBody {
  const { locale } = parts
  const key =
    name === 'prompt' && parts.kind === 'extend' ? 'form.prompt.extend.label' : (`form.${name}.label` as const)
  return { type: ComponentType.Label, label: shorten(say(locale, key), 45), component: inputOf(name, custom_id, parts) }
}

function inputOf(name: Field, custom_id: string, parts: FormParts): MessageBody {
  const { kind, locale, models, picture } = parts
  if (name === 'first_frame')
    return { type: ComponentType.FileUpload, custom_id, min_values: 1, max_values: 1, required: true }
  if (name === 'prompt') {
    const value = whole(parts.prompt, longestText)
    return {
      type: ComponentType.TextInput,
      custom_id,
      style: TextInputStyle.Paragraph,
      max_length: longestText,
      required: true,
      ...(value === '' ? {} : { value }),
    }
  }
  if (name === 'negative') {
    return { type: ComponentType.TextInput, custom_id, style: TextInputStyle.Short, max_length: 1000, required: false }
  }
  // The picture that a last frame needs before it is still to come: it costs what this one does.
  const frames = { firstFrame: picture, lastFrame: kind === 'lastFrame' ? picture : null }
  const choices =
    name === 'size' ? sizeChoices(models, frames, selectOptions, locale) : choicesFor('aspectRatio', models, {}, locale)
  const options = choices.map(({ label, value }) => ({ label: shorten(label, 100), value }))
  return { type: ComponentType.StringSelect, custom_id, required: false, options }
}

/** What was filled in, and the picture that travelled with the form. */
export interface Filled {
  readonly input: VideoRequestInput
  readonly picture: RemoteImage | null
}

/** Reads a form that was sent. */
export function filledFrom(data: APIModalSubmission): Filled {
  const parts: string[] = []
  const values = new Map<Field, string>()
  for (const each of data.components) {
    const inputs = 'component' in each ? [each.component] : 'components' in each ? each.components : []
    for (const input of inputs) {
      const known = partOf(input.custom_id)
      const field = known ? fields[known.index] : undefined
      if (!known || !field) continue
      parts[known.index] = known.part
      if ('value' in input && typeof input.value === 'string') values.set(field, input.value)
      if ('values' in input && Array.isArray(input.values)) values.set(field, String(input.values[0] ?? ''))
    }
  }
  const upload = data.resolved?.attachments?.[values.get('first_frame') ?? '']
  return {
    input: {
      prompt: values.get('prompt') ?? null,
      aspectRatio: values.get('aspect') ?? null,
      negativePrompt: values.get('negative') ?? null,
      ...sizeFrom(values.get('size')),
      ...(upload ? { firstFrame: imageOf(upload) } : {}),
    },
    picture: pictureFrom(parts.join('')),
  }
}

function pictureFrom(carried: string): RemoteImage | null {
  const [, type, bytes, url] = carried.match(/^([^|]*)\|(\d*)\|(https?:.+)$/s) ?? []
  if (url === undefined) return null
  return {
    kind: 'remote',
    url,
    declaredType: type || null,
    declaredBytes: bytes ? Number(bytes) : null,
    name: decodeURIComponent(url.split('?')[0]?.split('/').at(-1) ?? 'image'),
  }
}
