import { join } from 'node:path'
import { Agent } from 'undici'
import { openFiles } from '../../src/files/open.ts'
import { bareDownload } from '../baselines/bare-download.ts'
import { cpuOf, residentOf } from './machine.ts'
import { silent } from './rows.ts'

/** What is measured: `way`, how many at once and in all, from which address into which folder. */
export interface TransferOrder {
  readonly way: 'here' | 'bare'
  readonly atOnce: number
  readonly files: number
  readonly url: string
  readonly folder: string
}

/** What came of it; the first file is not counted. */
export interface Transferred {
  readonly milliseconds: number
  readonly cpuMilliseconds: number
  /** Resident memory at its peak over what it was before, bytes. */
  readonly memory: number
}

// Downloads in a process of their own: node bench/parts/transfer.ts ORDER_JSON prints one line of JSON.
if (import.meta.main) await run(JSON.parse(process.argv[2] ?? '{}') as TransferOrder)

async function run({ way, atOnce, files, url, folder }: TransferOrder): Promise<void> {
  const download = way === 'here' ? await ours(url, folder) : bare(url, folder)
  await download('first')
  globalThis.gc?.()
  const before = residentOf(process.pid).now
  let peak = before
  const watch = setInterval(() => {
    peak = Math.max(peak, residentOf(process.pid).now)
  }, 10)
  const [from, cpuFrom] = [performance.now(), cpuOf(process.pid)]
  let left = files
  const one = async () => {
    while (left > 0) {
      left -= 1
      await download(`file${left}`)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, one))
  const done: Transferred = {
    milliseconds: performance.now() - from,
    cpuMilliseconds: cpuOf(process.pid) - cpuFrom,
    memory: peak - before,
  }
  clearInterval(watch)
  process.stdout.write(`${JSON.stringify(done)}\n`, () => process.exit(0))
}

async function ours(url: string, folder: string) {
  const settings = {
    folder,
    imageOrigins: [],
    privateOrigins: [new URL(url).origin],
    ffmpegPath: null,
    searchPath: '',
    maxVideoBytes: 1024 ** 3,
    maxImageBytes: 1024 ** 2,
  }
  const files = await openFiles(settings, silent)
  const source = {
    kind: 'address',
    uri: url,
    headers: {},
    keyOrigins: [],
    allowedOrigins: [new URL(url).origin],
  } as const
  return async (name: string) => {
    await files.saveVideo(name, source, new AbortController().signal)
  }
}

function bare(url: string, folder: string) {
  const agent = new Agent({ allowH2: false })
  return (name: string) => bareDownload(agent, url, join(folder, `${name}.mp4`))
}
