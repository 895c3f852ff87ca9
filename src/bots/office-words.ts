import { VideoError } from '../core/errors.ts'
import type { Command, CommandOption, OptionName } from './command.ts'
import type { Given } from './office-counter.ts'

/** Values that say by themselves which option they are for. */
const choices: Readonly<Partial<Record<NonNullable<CommandOption['choices']>, readonly string[]>>> = {
  whose: ['workspace', 'everyone'],
  scopes: ['workspace', 'channel'],
}

/**
 * The options of a command out of the words behind it, for platforms that have only words: `name:value` or `name=value`
 * (a value with blanks in quotes), a switch by its name, a mentioned person, an amount or a choice by itself. `personOf`:
 * the id of a mentioned person, null for any other word. Throws `invalid_request` for words that mean nothing here.
 */
export function givenFromWords(command: Command, text: string, personOf: (word: string) => string | null): Given {
  const given: Partial<Record<OptionName, string | number | boolean>> = {}
  for (const word of text.match(/(?:[^\s"“”]+[:=])?["“][^"“”]*["”]|\S+/g) ?? []) {
    const [option, value] = named(command, word, personOf) ?? bare(command, word, personOf, given) ?? [null, '']
    if (option === null) {
      const accepted = command.options.map((each) => each.name)
      const problem = { field: 'request', given: word.slice(0, 80), accepted, rule: 'not_offered' as const }
      throw new VideoError('invalid_request', 'a word that means nothing here', { problems: [problem] })
    }
    given[option.name] = value
  }
  return given
}

type Understood = readonly [CommandOption, string | number | boolean]

function named(command: Command, word: string, personOf: (word: string) => string | null): Understood | null {
  const [, name, quoted, plain] = /^([a-z_]+)[:=](?:["“](.*)["”]|(.*))$/s.exec(word) ?? []
  const option = command.options.find((each) => each.name === name)
  if (!option) return null
  const value = quoted ?? plain ?? ''
  if (option.kind === 'boolean') return [option, !/^(false|no|off|0)$/i.test(value)]
  if (option.kind === 'integer' && /^\d+$/.test(value)) return [option, Number(value)]
  return [option, option.kind === 'person' || option.kind === 'role' ? (personOf(value) ?? value) : value]
}

function bare(
  command: Command,
  word: string,
  personOf: (word: string) => string | null,
  given: Given,
): Understood | null {
  const free = command.options.filter((each) => given[each.name] === undefined)
  const first = (fits: (option: CommandOption) => boolean) => free.find(fits)
  const person = personOf(word)
  const option =
    first((each) => each.kind === 'boolean' && each.name === word.toLowerCase()) ??
    first((each) => person !== null && each.kind === 'person') ??
    first((each) => each.choices !== undefined && choices[each.choices]?.includes(word.toLowerCase()) === true) ??
    first((each) => each.name === 'amount' && /^(\$?\d+([.,]\d+)?|unlimited|default)$/i.test(word)) ??
    first((each) => each.name === 'operation' && /^[\w-]{8,64}$/.test(word))
  if (!option) return null
  if (option.kind === 'boolean') return [option, true]
  return [option, option.kind === 'person' ? (person ?? word) : option.choices ? word.toLowerCase() : word]
}
