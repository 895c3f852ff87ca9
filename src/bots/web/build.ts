import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import react from '@vitejs/plugin-react'
import { build } from 'vite'
import { pageFolder } from './built-page.ts'

const source = fileURLToPath(new URL('./page', import.meta.url))
const compressible: ReadonlySet<string> = new Set(['.js', '.css', '.svg'])
/** Services of an older version may still run and serve theirs. */
const keptMilliseconds = 24 * 60 * 60 * 1000

// Run as a program of its own: a build that fails or hangs touches no bot.
if (import.meta.main) await buildPage(await pageFolder())

/** Builds the browser's side into that folder, which is there whole or not at all. Rejects where it cannot be built. */
export async function buildPage(folder: string): Promise<void> {
  const parent = dirname(folder)
  await mkdir(parent, { recursive: true })
  const temporary = await mkdtemp(join(parent, 'building-'))
  try {
    await build({
      configFile: false,
      root: source,
      logLevel: 'error',
      plugins: [react()],
      build: {
        outDir: temporary,
        emptyOutDir: true,
        target: 'es2022',
        // Nothing inline: the page's Content-Security-Policy would refuse it.
        assetsInlineLimit: 0,
        modulePreload: { polyfill: false },
      },
    })
    await compress(join(temporary, 'assets'))
    // Another process may have been faster; the contents are the same.
    await rename(temporary, folder).catch(() => stat(folder))
  } finally {
    await rm(temporary, { recursive: true, force: true })
  }
  await removeOld(parent, folder)
}

/** Puts a `.br` and a `.gz` beside each text, so that no request pays for the best compression. */
async function compress(folder: string): Promise<void> {
  const best = { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } }
  const files = (await readdir(folder)).filter((name) => compressible.has(extname(name)))
  await Promise.all(
    files.map(async (name) => {
      const file = join(folder, name)
      const bytes = await readFile(file)
      await writeFile(`${file}.br`, await promisify(brotliCompress)(bytes, best))
      await writeFile(`${file}.gz`, await promisify(gzip)(bytes, { level: 9 }))
    }),
  )
}

async function removeOld(parent: string, current: string): Promise<void> {
  for (const name of await readdir(parent)) {
    const path = join(parent, name)
    const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Date.now() }))
    if (path !== current && Date.now() - mtimeMs > keptMilliseconds) await rm(path, { recursive: true, force: true })
  }
}
