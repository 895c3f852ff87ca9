import type { Log } from '../../src/core/ports/machine.ts'
import { openFiles } from '../../src/files/open.ts'

/** Saves one video to warm up and then so many at once; prints how far the peak of the memory rose, in bytes. */
const [folder = '', uri = '', count = '0'] = process.argv.slice(2)
const nothing = () => {}
const log: Log = { debug: nothing, info: nothing, warn: nothing, error: nothing }
const { origin } = new URL(uri)
const settings = { imageOrigins: [], privateOrigins: [origin], ffmpegPath: null, searchPath: '' }
const files = await openFiles({ folder, ...settings, maxVideoBytes: 100_000_000, maxImageBytes: 1 }, log)
const source = { kind: 'address', uri, headers: {}, keyOrigins: [origin], allowedOrigins: [] } as const
const { signal } = new AbortController()

await files.saveVideo('warm-up', { ...source, uri: `${uri}-alone` }, signal)
const before = process.resourceUsage().maxRSS
await Promise.all(Array.from({ length: Number(count) }, (_, index) => files.saveVideo(`v${index}`, source, signal)))
const rose = (process.resourceUsage().maxRSS - before) * 1024
process.stdout.write(JSON.stringify({ rose }))
