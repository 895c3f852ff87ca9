import { z } from 'zod'
import { checkSelect, stringSelect } from './message-shape.ts'
import { invalid, parseForm } from './refusal.ts'

const textInput = z.object({
  type: z.literal(4),
  custom_id: z.string().min(1).max(100),
  style: z.union([z.literal(1), z.literal(2)]),
  label: z.string().min(1).max(45).optional(),
  min_length: z.number().int().min(0).max(4000).optional(),
  max_length: z.number().int().min(1).max(4000).optional(),
  required: z.boolean().optional(),
  value: z.string().max(4000).optional(),
  placeholder: z.string().max(100).optional(),
})
const fileUpload = z.object({
  type: z.literal(19),
  custom_id: z.string().min(1).max(100),
  min_values: z.number().int().min(0).max(10).optional(),
  max_values: z.number().int().min(1).max(10).optional(),
  required: z.boolean().optional(),
})
const label = z.object({
  type: z.literal(18),
  label: z.string().min(1).max(45),
  description: z.string().max(100).optional(),
  component: z.union([textInput, stringSelect, fileUpload]),
})
const row = z.object({ type: z.literal(1), components: z.array(textInput).length(1) })
const modal = z.object({
  custom_id: z.string().min(1).max(100),
  title: z.string().min(1).max(45),
  components: z
    .array(z.union([label, row]))
    .min(1)
    .max(5),
})
export type Modal = z.infer<typeof modal>
export type ModalInput = z.infer<typeof textInput> | z.infer<typeof stringSelect> | z.infer<typeof fileUpload>

/** A modal as Discord would show it. */
export function parseModal(body: unknown): Modal {
  const parsed = parseForm(modal, body)
  const inputs = inputsOf(parsed)
  if (new Set(inputs.map((each) => each.custom_id)).size < inputs.length) {
    throw invalid(['components'], 'COMPONENT_CUSTOM_ID_DUPLICATED', 'custom id repeats')
  }
  for (const [index, part] of parsed.components.entries()) {
    const input = part.type === 18 ? part.component : part.components[0]
    if (!input || input.type === 19) continue
    if (input.type === 3) checkSelect(input, ['components', index])
    else if (part.type === 18 ? input.label : !input.label) {
      throw invalid(['components', index], 'BASE_TYPE_BAD', 'exactly one label')
    } else if ((input.value?.length ?? 0) > (input.max_length ?? 4000)) {
      throw invalid(['components', index], 'BASE_TYPE_BAD_LENGTH', 'value over max_length')
    }
  }
  return parsed
}

function inputsOf(modal: Modal): ModalInput[] {
  return modal.components.flatMap((part): ModalInput[] => (part.type === 18 ? [part.component] : part.components))
}

/** What Discord's client would let the member send: required fields, lengths, existing options. Fields by their label. */
export function fillModal<File>(
  modal: Modal,
  values: Readonly<Record<string, string | File>>,
  keep: (file: File) => string,
): unknown[] {
  const labels = modal.components.map((part) => (part.type === 18 ? part.label : (part.components[0]?.label ?? '')))
  for (const key of Object.keys(values))
    if (!labels.includes(key)) throw new Error(`no field “${key}” in ${labels.join()}`)
  return modal.components.map((part, index) => {
    const given = values[labels[index] ?? '']
    if (part.type === 18) return { type: 18, component: filled(part.component, given, keep) }
    return { type: 1, components: part.components.map((input) => filled(input, given, keep)) }
  })
}

function filled<File>(input: ModalInput, given: string | File | undefined, keep: (file: File) => string): unknown {
  const { custom_id } = input
  const required = input.required !== false
  if (input.type === 19) {
    const files = given === undefined || typeof given === 'string' ? [] : [keep(given)]
    if (required && files.length === 0) throw new Error('a file must be chosen')
    return { type: 19, custom_id, values: files }
  }
  if (given !== undefined && typeof given !== 'string') throw new Error('this field takes no file')
  if (input.type === 3) {
    const preset = input.options.filter((each) => each.default).map((each) => each.value)
    const byLabel = input.options.find((each) => each.label === given)?.value
    if (given !== undefined && byLabel === undefined) {
      throw new Error(`not offered: ${given}; offered: ${input.options.map((each) => each.label).join('; ')}`)
    }
    const chosen = byLabel === undefined ? preset : [byLabel]
    if (chosen.length === 0 && required) throw new Error('something must be chosen')
    return { type: 3, custom_id, values: chosen }
  }
  const value: string = typeof given === 'string' ? given : (input.value ?? '')
  if (required && value === '') throw new Error('a field must be filled in')
  if (value.length > (input.max_length ?? 4000)) throw new Error('the text is too long')
  return { type: 4, custom_id, value }
}
