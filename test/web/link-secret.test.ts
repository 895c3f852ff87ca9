import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { keptSecret } from '../../src/link-secret.ts'

describe('the secret that signs links', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'dailies-secret-'))
  })
  afterEach(() => rm(folder, { recursive: true }))

  it('is made once, for whoever starts first, and is its owner’s alone', async () => {
    const file = join(folder, 'data', 'link.secret')
    const [first, ...others] = await Promise.all(Array.from({ length: 20 }, () => keptSecret(file)))
    expect(first).toMatch(/^[\w-]{43}$/)
    expect(new Set([...others, await keptSecret(file)])).toEqual(new Set([first]))
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect(await readdir(join(folder, 'data'))).toEqual(['link.secret'])
  })

  it.each(['', '\n', 'cut-sho'])(
    'is made anew where a full disk left only %j of it: anybody could sign with that',
    async (left) => {
      const file = join(folder, 'link.secret')
      await writeFile(file, left)
      const secret = await keptSecret(file)
      expect(secret).toMatch(/^[\w-]{43}$/)
      expect((await readFile(file, 'utf8')).trim()).toBe(secret)
      expect(await keptSecret(file)).toBe(secret)
    },
  )
})
