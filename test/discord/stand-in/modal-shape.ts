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
const label = z.object({
  type: z.literal(18),
  label: z.string().min(1).max(45),
  description: z.string().max(100).optional(),
  component: z.union([textInput, stringSelect]),
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
export type ModalInput = z.infer<typeof textInput> | z.infer<typeof stringSelect>

/** A modal as Discord would show it. */
export function parseModal(body: unknown): Modal {
  const parsed = parseForm(modal, body)
  const inputs = inputsOf(parsed)
  if (new Set(inputs.map((each) => each.custom_id)).size < inputs.length) {
    throw invalid(['components'], 'COMPONENT_CUSTOM_ID_DUPLICATED', 'custom id repeats')
  }
  for (const [index, part] of parsed.components.entries()) {
    const input = part.type === 18 ? part.component : part.components[0]
    if (!input) continue
    if (input.type === 3) checkSelect(input, ['components', index])
    else if (part.type === 18 ? input.label : !input.label) {
      throw invalid(['components', index], 'BASE_TYPE_BAD', 'exactly one label')
    } else if ((input.value?.length ?? 0) > (input.max_length ?? 4000)) {
      throw invalid(['components', index], 'BASE_TYPE_BAD_LENGTH', 'value over max_length')
    }
  }
  return parsed
}

export function inputsOf(modal: Modal): ModalInput[] {
  return modal.components.flatMap((part): ModalInput[] => (part.type === 18 ? [part.component] : part.components))
}

/** What Discord's client would let the member send: required fields, lengths, existing options. */
export function fillModal(modal: Modal, values: Readonly<Record<string, string>>): unknown[] {
  for (const key of Object.keys(values)) {
    if (!inputsOf(modal).some((each) => each.custom_id === key)) throw new Error(`the modal has no field ${key}`)
  }
  const filled = (input: ModalInput) => {
    if (input.type === 3) {
      const preset = input.options.filter((each) => each.default).map((each) => each.value)
      const given = values[input.custom_id]
      const chosen = given === undefined ? preset : [given]
      const unknown = chosen.filter((value) => !input.options.some((each) => each.value === value))
      if (unknown.length > 0) throw new Error(`${input.custom_id} does not offer ${unknown.join()}`)
      if (chosen.length === 0 && input.required !== false) throw new Error(`${input.custom_id} must be chosen`)
      return { type: 3, custom_id: input.custom_id, values: chosen }
    }
    const value = values[input.custom_id] ?? input.value ?? ''
    if (input.required !== false && value === '') throw new Error(`${input.custom_id} must be filled in`)
    if (value.length > (input.max_length ?? 4000)) throw new Error(`${input.custom_id} is too long`)
    return { type: 4, custom_id: input.custom_id, value }
  }
  return modal.components.map((part) =>
    part.type === 18
      ? { type: 18, component: filled(part.component) }
      : { type: 1, components: part.components.map(filled) },
  )
}
