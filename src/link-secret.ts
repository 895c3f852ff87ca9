import { randomBytes } from 'node:crypto'
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pathOf } from './db/open.ts'

/** Under which the store of several machines keeps the secret. */
export const linkSecretName = 'link.secret'

/** Where the secret lies beside a SQLite database. */
export function linkSecretFile(databaseUrl: string): string {
  return join(dirname(pathOf(databaseUrl)), linkSecretName)
}

/** At least 256 bits. */
const whole = /^\S{43,}$/

/**
 * The secret that is kept in that file, made with 256 random bits when there is none or only a part of one; readable by its
 * owner only. Several processes that start at once without it get the same one. Removing the file makes a new secret, and
 * what the old one signed is void.
 */
export async function keptSecret(file: string): Promise<string> {
  const kept = await readFrom(file)
  if (whole.test(kept)) return kept
  await mkdir(dirname(file), { recursive: true })
  const made = `${file}.${randomBytes(6).toString('hex')}`
  try {
    await writeFile(made, `${randomBytes(32).toString('base64url')}\n`, { flag: 'wx', mode: 0o600, flush: true })
    // The name stands for a whole secret or for none. What a full disk or a crash cut short would let anybody sign.
    await link(made, file).catch(() => {})
    if (!whole.test(await readFrom(file))) await rename(made, file)
  } finally {
    await rm(made, { force: true })
  }
  return readFrom(file)
}

async function readFrom(file: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).trim()
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return ''
    throw thrown
  }
}
