import { execFile } from 'node:child_process'
import type { ServerResponse } from 'node:http'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { startFileServer } from './file-server.ts'
import { mp4 } from './mp4-fixture.ts'
import { openTemporaryFiles } from './setup.ts'

const atOnce = 64

/** So many are fetched at once; the others wait. */
const fetchedAtOnce = 16

/** Half of what the videos hold. The garbage collector decides about the rest, so the bench measures it closer. */
const bound = 256_000_000

it(`saves ${atOnce} videos at once without holding them in memory`, async () => {
  const video = mp4({ mediaBytes: 8_000_000 })
  const server = await startFileServer()
  const opened = await openTemporaryFiles()
  let waiting: ServerResponse[] = []
  let served = 0
  server.serve('/video-alone', video)
  // Nobody gets a byte before as many are connected as ever are.
  const uri = server.on('/video', (_request, response) => {
    waiting.push(response)
    if (waiting.length < fetchedAtOnce) return
    for (const each of waiting) each.end(video)
    served += waiting.length
    waiting = []
  })
  const child = fileURLToPath(new URL('./memory-child.ts', import.meta.url))
  const { stdout } = await promisify(execFile)(process.execPath, [child, opened.folder, uri, String(atOnce)])
  expect(served).toBe(atOnce)
  expect(JSON.parse(stdout).rose).toBeLessThan(bound)
  await opened.close()
  await server.close()
})
