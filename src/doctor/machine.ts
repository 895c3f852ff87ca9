import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdir, rm, statfs, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import type { Finding } from '../bots/bot.ts'
import type { Check } from '../doctor.ts'
import type { Lack } from '../files/s3-rights.ts'
import { tooOld } from '../node-version.js'

const neededBytes = 1024 ** 3

/** `version`: as in process.versions.node. */
export function nodeCheck(version: string): Check {
  const reason = tooOld(version)
  return check('Node', async () => [{ ok: reason === null, text: reason ?? version }])
}

/** Whether the outputs folder takes files, and whether its disk has room for some hundred videos. */
export function folderCheck(folder: string): Check {
  const path = resolve(folder)
  return {
    name: 'outputs',
    async run() {
      const writable = await tryWriting(path)
      return writable.ok ? [writable, await roomIn(path)] : [writable]
    },
  }
}

/**
 * Whether the key may do in the bucket what Dailies does there, and whether this machine takes files on their way.
 * `examine`: what it may not do; rejects where not even a file can be put there, or less than so many bytes are free here.
 */
export function bucketCheck(url: string, examine: (neededBytes: number) => Promise<readonly Lack[]>): Check {
  return check('outputs', async () => {
    try {
      const lacks = await examine(neededBytes)
      if (lacks.length === 0) return [{ ok: true, text: `${url} can be written, read, listed and emptied` }]
      return lacks.map(({ what, right, message }) => ({
        ok: false,
        text: `files in ${url} ${what} (${message})`,
        remedy: `allow the key ${right} there (docs/scaling.md has the whole list)`,
      }))
    } catch (error) {
      const text = `${url} cannot be written (${error instanceof Error ? error.message : error})`
      const remedy =
        'correct OUTPUTS_URL, S3_ENDPOINT, AWS_REGION and the AWS keys, or allow the key s3:PutObject there'
      return [{ ok: false, text, remedy }]
    }
  })
}

async function tryWriting(path: string): Promise<Finding> {
  const probe = join(path, `doctor-${randomUUID()}.tmp`)
  try {
    await mkdir(path, { recursive: true })
    await writeFile(probe, 'x')
    await rm(probe)
    return { name: 'outputs', ok: true, text: `${path} can be written` }
  } catch (error) {
    const text = `${path} cannot be written (${error instanceof Error ? error.message : error})`
    return { name: 'outputs', ok: false, text, remedy: 'give this user the folder, or set OUTPUTS_URL to another' }
  }
}

async function roomIn(path: string): Promise<Finding> {
  const { bavail, bsize } = await statfs(path)
  const free = bavail * bsize
  const finding = { name: 'disk', ok: free >= neededBytes, text: `${(free / 1024 ** 3).toFixed(1)} GiB free` }
  return finding.ok ? finding : { ...finding, remedy: 'free some space, or set RETENTION_DAYS lower' }
}

/**
 * Whether ffmpeg runs. It is optional: without it there are no posters, last frames and smaller copies. `find`: where it
 * is, null if nowhere. `wanted`: FFMPEG_PATH, null if not set.
 */
export function encoderCheck(find: () => Promise<string | null>, wanted: string | null): Check {
  return check('ffmpeg', async (signal) => {
    const program = await find()
    if (program === null && wanted === null) {
      return [{ ok: true, text: 'not installed; only posters, last frames and smaller copies need it' }]
    }
    if (program === null) {
      const remedy = 'install ffmpeg there, correct FFMPEG_PATH, or leave it empty'
      return [{ ok: false, text: `${wanted} is no program that can be run`, remedy }]
    }
    const { stdout } = await promisify(execFile)(program, ['-version'], { signal })
    return [{ ok: true, text: stdout.split('\n')[0]?.slice(0, 60) ?? program }]
  })
}

function check(name: string, run: (signal: AbortSignal) => Promise<readonly Omit<Finding, 'name'>[]>): Check {
  return { name, run: async (signal) => (await run(signal)).map((finding) => ({ name, ...finding })) }
}
