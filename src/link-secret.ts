import { randomBytes } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pathOf } from './db/open.ts'

/** Under which the store of several machines keeps the secret. */
export const linkSecretName = 'link.secret'

/** Where the secret lies beside a SQLite database. */
export function linkSecretFile(databaseUrl: string): string {
  return join(dirname(pathOf(databaseUrl)), linkSecretName)
}

/**
 * The secret that is kept in that file, made with 256 random bits when there is none; readable by its owner only. Several
 * processes that start at once get the same one. Removing the file makes a new secret, and what the old one signed is void.
 */
export async function keptSecret(file: string): Promise<string> {
  await mkdir(dirname(file), { recursive: true })
  try {
    await writeFile(file, `${randomBytes(32).toString('base64url')}\n`, { flag: 'wx', mode: 0o600 })
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== 'EEXIST') throw thrown
  }
  return (await readFile(file, 'utf8')).trim()
}
