import { parseEnv } from 'node:util'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { variableNames } from '../../src/config/variables.ts'
import { ConfigError, readConfig } from '../../src/config.ts'

const name = fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...variableNames) }, fc.stringMatching(/^[A-Z_]{1,12}$/))
const value = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constantFrom(
    '',
    '0',
    '-1',
    '1e9',
    'NaN',
    'true',
    'unlimited',
    'http://',
    'https://x y',
    'file:',
    '::',
    '9'.repeat(400),
  ),
  fc.constantFrom('{}', '__proto__', '../../..', '\u0000', 'postgres://u:p@h/d', 'xoxb-1', 'xapp-1', '💥'.repeat(50)),
)
const secretSettings = variableNames.filter((each) => /KEY|TOKEN|SECRET/.test(each))

const mark = 'nobody-may-see-this'

/** Every secret's value holds a text that no other value does. */
function marked(environment: Record<string, string>): Record<string, string> {
  const entries = Object.entries(environment)
  return Object.fromEntries(entries.map(([key, text]) => [key, secretSettings.includes(key) ? `${text}${mark}` : text]))
}

describe('any .env', () => {
  it('is read, or refused with one sentence for each bad variable, and never with its secrets', () => {
    fc.assert(
      fc.property(fc.dictionary(name, value, { maxKeys: 12 }).map(marked), (environment) => {
        try {
          readConfig(environment)
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(ConfigError)
          const { message, problems } = thrown as ConfigError
          expect(problems.every((each) => each.remedy.length > 0)).toBe(true)
          for (const each of secretSettings) if (each in environment) expect(message).not.toContain(mark)
        }
      }),
      { numRuns: 3000 },
    )
  })

  it('as a file, whatever its bytes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        try {
          readConfig(parseEnv(text))
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(ConfigError)
        }
      }),
      { numRuns: 2000 },
    )
  })
})
