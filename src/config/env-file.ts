import { parseEnv } from 'node:util'
import { variableNames } from './variables.ts'

/** What an `.env` says, and those of our variables whose value is written with a `#` that cuts it short. */
export function parseEnvFile(text: string): { values: NodeJS.Dict<string>; cut: readonly string[] } {
  // Editors on Windows put a byte order mark before the first name.
  const written = text.replace(/^\uFEFF/, '')
  const values = parseEnv(written)
  // Node takes each # outside of quotes for a comment; one that follows a character is more likely a part of the value.
  const whole = parseEnv(written.replace(/(?<=\S)#/g, '\uE000'))
  const cut = variableNames.filter((name) => whole[name]?.replaceAll('\uE000', '#') !== values[name])
  return { values, cut }
}
