import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'

describe('docs/security.md', async () => {
  const document = await readFile('docs/security.md', 'utf8')
  const named = [...document.matchAll(/\| `(test\/[^`]+)` › (.+?) \|$/gm)].map(([, file = '', name = '']) => ({
    file,
    name,
  }))

  it('has a test for every threat', () => {
    const threats = document.split('\n').filter((line) => line.startsWith('| ')).length - 2
    expect(named).toHaveLength(threats)
  })

  it.each(named)('$file has “$name”', async ({ file, name }) => {
    expect(await readFile(file, 'utf8')).toContain(name)
  })
})
