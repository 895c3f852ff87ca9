import { z } from 'zod'
import { invalid, parseForm } from './refusal.ts'

const locales =
  'id en-US en-GB bg zh-CN zh-TW hr cs da nl fi fr de el hi hu it ja ko lt no pl pt-BR ro ru es-ES es-419 sv-SE th tr uk vi'.split(
    ' ',
  )
const slashName = z
  .string()
  .regex(/^[-_'\p{L}\p{N}]{1,32}$/u)
  .refine((name) => name === name.toLowerCase(), 'names are lower case')
const menuName = z.string().min(1).max(32)
const description = z.string().min(1).max(100)
const localized = (value: z.ZodType<string>) =>
  z
    .record(
      z.string().refine((key) => locales.includes(key), 'unknown locale'),
      value,
    )
    .nullish()
const choice = z.object({
  name: z.string().min(1).max(100),
  name_localizations: localized(z.string().min(1).max(100)),
  value: z.union([z.string().min(1).max(100), z.number()]),
})

const leaf = z.object({
  type: z.number().int().min(1).max(11),
  name: slashName,
  name_localizations: localized(slashName),
  description,
  description_localizations: localized(description),
  required: z.boolean().optional(),
  choices: z.array(choice).max(25).optional(),
  autocomplete: z.boolean().optional(),
  min_value: z.number().optional(),
  max_value: z.number().optional(),
  min_length: z.number().int().min(0).max(6000).optional(),
  max_length: z.number().int().min(1).max(6000).optional(),
  channel_types: z.array(z.number()).optional(),
})
const group = leaf.extend({ options: z.array(leaf).max(25).optional() })
const option = leaf.extend({ options: z.array(group).max(25).optional() })

const command = z.object({
  type: z.number().int().min(1).max(3).default(1),
  name: z.string(),
  name_localizations: z.record(z.string(), z.string()).nullish(),
  description: z.string().optional(),
  description_localizations: localized(description),
  options: z.array(option).max(25).optional(),
  default_member_permissions: z.string().regex(/^\d+$/).nullish(),
  dm_permission: z.undefined('deprecated: use contexts').optional(),
  contexts: z.array(z.number().int().min(0).max(2)).nullish(),
  integration_types: z.array(z.number().int().min(0).max(1)).nullish(),
  nsfw: z.boolean().optional(),
})
export type RegisteredCommand = z.infer<typeof command> & { id: string; version: string }
export type RegisteredOption = z.infer<typeof option>

const counts: Readonly<Record<number, number>> = { 1: 100, 2: 5, 3: 5 }

/** What PUT .../commands accepts: every documented limit on names, descriptions, options, choices and counts. */
export function parseCommands(body: unknown): z.infer<typeof command>[] {
  const commands = parseForm(z.array(command), body)
  for (const [index, each] of commands.entries()) checkCommand(each, index)
  for (const type of [1, 2, 3]) {
    const names = commands.filter((each) => each.type === type).map((each) => each.name)
    if (names.length > (counts[type] ?? 0)) throw invalid([], 'APPLICATION_COMMANDS_MAX', 'too many commands')
    if (new Set(names).size < names.length) throw invalid([], 'APPLICATION_COMMANDS_DUPLICATE_NAME', 'names repeat')
  }
  return commands
}

function checkCommand(each: z.infer<typeof command>, index: number): void {
  parseForm(each.type === 1 ? slashName : menuName, each.name)
  parseForm(localized(each.type === 1 ? slashName : menuName), each.name_localizations)
  if (each.type === 1) parseForm(description, each.description)
  else if (each.description || each.options) throw invalid([index, 'description'], 'BASE_TYPE_BAD', 'only chat input')
  if (each.options) checkOptions(each.options, [index, 'options'])
  if (weight(each) > 8000) throw invalid([index], 'APPLICATION_COMMAND_TOO_LARGE', 'over 8000 characters')
}

function checkOptions(options: readonly RegisteredOption[], path: (string | number)[]): void {
  const names = options.map((each) => each.name)
  if (new Set(names).size < names.length) throw invalid(path, 'APPLICATION_COMMAND_OPTIONS_NAME_INVALID', 'repeats')
  let sawOptional = false
  for (const [index, each] of options.entries()) {
    const at = [...path, index]
    if (each.required && sawOptional) {
      throw invalid(at, 'APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID', 'required options come first')
    }
    if (!each.required) sawOptional = true
    const numeric = each.type === 4 || each.type === 10
    if (each.choices && each.autocomplete) throw invalid(at, 'BASE_TYPE_BAD', 'choices and autocomplete exclude')
    if ((each.choices || each.autocomplete) && each.type !== 3 && !numeric)
      throw invalid(at, 'BASE_TYPE_BAD', 'choices')
    if ((each.min_value ?? each.max_value) !== undefined && !numeric) throw invalid(at, 'BASE_TYPE_BAD', 'min_value')
    if ((each.min_length ?? each.max_length) !== undefined && each.type !== 3)
      throw invalid(at, 'BASE_TYPE_BAD', 'length')
    if (each.channel_types && each.type !== 7) throw invalid(at, 'BASE_TYPE_BAD', 'channel_types')
    for (const choice of each.choices ?? []) {
      if ((typeof choice.value === 'number') !== numeric) throw invalid(at, 'BASE_TYPE_BAD', 'choice of another type')
    }
    if (each.options && each.type > 2) throw invalid(at, 'BASE_TYPE_BAD', 'only sub-commands have options')
    if (each.options) checkOptions(each.options as RegisteredOption[], [...at, 'options'])
  }
}

/** Names, descriptions and values count together, of each the longest localization. */
function weight(each: z.infer<typeof command> | RegisteredOption): number {
  const longest = (text: string | undefined, more: Record<string, string> | null | undefined) =>
    Math.max(text?.length ?? 0, ...Object.values(more ?? {}).map((value) => value.length))
  let sum = longest(each.name, each.name_localizations) + longest(each.description, each.description_localizations)
  for (const option of each.options ?? []) sum += weight(option as RegisteredOption)
  if ('choices' in each)
    for (const choice of each.choices ?? []) sum += choice.name.length + String(choice.value).length
  return sum
}
