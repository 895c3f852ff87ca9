import { asVideoError } from '../../core/errors.ts'
import type { VideoRequestInput } from '../../core/request.ts'
import { describeError, describeProblem } from '../../core/wording.ts'
import { shorten } from '../shorten.ts'
import type { SlackFile } from './thread.ts'

/** What a person has filled in. */
export interface Filled {
  /** What the form shows and nothing else: null is what was emptied or left open there. */
  readonly input: VideoRequestInput
  readonly first: readonly SlackFile[]
  readonly last: readonly SlackFile[]
  readonly references: readonly SlackFile[]
  readonly private: boolean
  /** The channel they chose, where they could. */
  readonly channel: string | null
}

/** What stands in a menu for what is left open. */
export const auto = 'auto'

type Values = Readonly<Record<string, Readonly<Record<string, unknown>>>>
interface Held {
  readonly value?: string | null
  readonly selected_option?: { readonly value?: string } | null
  readonly selected_options?: readonly { readonly value?: string }[]
  readonly selected_conversation?: string | null
  readonly files?: readonly SlackFile[]
}

/** The part of a request that each field stands for. */
const fields = {
  prompt: 'prompt',
  model: 'model',
  aspect: 'aspectRatio',
  resolution: 'resolution',
  duration: 'durationSeconds',
  negative: 'negativePrompt',
  seed: 'seed',
} as const
type FieldName = keyof typeof fields

/** What stands in a form's fields. */
export function filledIn(values: Values): Filled {
  const held = new Map<string, Held>()
  for (const block of Object.values(values))
    for (const [id, value] of Object.entries(block)) held.set(id, value as Held)
  const given = (name: string) => {
    const { value, selected_option } = held.get(`v1:form:${name}`) ?? {}
    const text = selected_option?.value ?? value ?? null
    return selected_option && text === auto ? null : text
  }
  const shown = (Object.keys(fields) as FieldName[]).filter((name) => held.has(`v1:form:${name}`))
  const files = (name: string) => held.get(`v1:form:${name}`)?.files ?? []
  const options = held.get('v1:form:options')
  const ticked = (options?.selected_options ?? []).map((each) => each.value)
  return {
    input: {
      ...Object.fromEntries(shown.map((name) => [fields[name], given(name)])),
      ...(options ? { draft: ticked.includes('draft') } : {}),
    },
    first: files('first'),
    last: files('last'),
    references: files('references'),
    private: ticked.includes('private'),
    channel: held.get('v1:form:where')?.selected_conversation ?? null,
  }
}

const blockOf: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Object.entries(fields).map(([name, field]) => [field, name])),
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
