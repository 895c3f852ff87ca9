import { VideoError } from '../core/errors.ts'
import { catalogue, everyResolution } from '../core/models.ts'
import type { Settings } from '../core/settings.ts'
import type { OptionName } from './command.ts'
import { microsFrom } from './office-counter.ts'

type Field = keyof Settings
type Value = string | number | boolean

/** Roles that are let in or out one at a time. */
export const toggled: ReadonlySet<Field> = new Set(['roles', 'trustedRoles'])

/** Several after one another, with commas between them. */
const lists: Readonly<Partial<Record<Field, (word: string, option: OptionName) => string>>> = {
  allowedModels: modelId,
  allowedResolutions: resolution,
  allowedChannels: channelId,
  blockedWords: (word) => word,
}

/**
 * What is kept of a value as people give it: models by their id, channels by the platform's. `own`: what the scope itself
 * says now. Undefined where the scope says nothing of it any more. Throws `invalid_request` for what would let nobody in.
 */
export function settingFrom(option: OptionName, field: Field, value: Value, own: Settings): unknown {
  const text = String(value).trim()
  const isNone = /^(all|none)$/i
  if (toggled.has(field)) return toggledIn((own[field] ?? []) as readonly string[], text)
  const one = lists[field]
  if (one) {
    const words = text
      .split(',')
      .map((each) => each.trim())
      .filter(Boolean)
    return words.some((each) => isNone.test(each)) ? [] : words.map((each) => one(each, option))
  }
  if (field === 'approvalAboveMicros') return microsFrom(value)
  if (field === 'adminChannel') return isNone.test(text) ? undefined : channelId(text, option)
  return value
}

/** The last one taken away leaves what the wider scope says, and not a place that is open to everybody. */
function toggledIn(roles: readonly string[], role: string): readonly string[] | undefined {
  const left = roles.includes(role) ? roles.filter((each) => each !== role) : [...roles, role]
  return left.length > 0 ? left : undefined
}

function modelId(word: string, option: OptionName): string {
  const found = catalogue.find(({ id, name }) => [id, name.toLowerCase()].includes(word.toLowerCase()))
  if (!found)
    throw notOffered(
      option,
      word,
      catalogue.map(({ name }) => name),
    )
  return found.id
}

function resolution(word: string, option: OptionName): string {
  const found = everyResolution.find((each) => each === word.toLowerCase())
  if (!found) throw notOffered(option, word, everyResolution)
  return found
}

/** A channel as people mention it (`<#123>`, `<#C1|name>`) or by its id. */
function channelId(word: string, option: OptionName): string {
  const mentioned = /^<#(\w+)(?:\|[^>]*)?>$/.exec(word)?.[1]
  if (mentioned !== undefined) return mentioned
  if (/^(\d{5,20}|[CDG][A-Z0-9]{2,20})$/.test(word)) return word
  throw notOffered(option, word, ['<#…>'])
}

function notOffered(option: OptionName, word: string, accepted: readonly string[]): VideoError {
  const problem = { field: option, given: word.slice(0, 80), accepted, rule: 'not_offered' as const }
  return new VideoError('invalid_request', 'a setting that means nothing', { problems: [problem] })
}
