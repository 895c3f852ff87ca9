import { readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'
import { describe, expect, it } from 'vitest'
import { variableNames } from '../../src/config/variables.ts'
import { readConfig } from '../../src/config.ts'

const text = readFileSync(new URL('../../.env.example', import.meta.url), 'utf8')

describe('.env.example', () => {
  it('lists exactly the variables that are read', () => {
    expect(Object.keys(parseEnv(text)).sort()).toEqual([...variableNames].sort())
  })

  it('has a sentence before each', () => {
    const lines = text.split('\n')
    const bare = lines.filter((line, at) => /^[A-Z]/.test(line) && !/^# \S.*[.]$/.test(lines[at - 1] ?? ''))
    expect(bare).toEqual([])
  })

  it('changes nothing when it is copied as it is', () => {
    expect(readConfig(parseEnv(text))).toEqual(readConfig({}))
  })
})
