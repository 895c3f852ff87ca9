import { createWriteStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import type { Dispatcher } from 'undici'

/** A download as undici's documentation shows it, with the fsync that it leaves out: request, pipeline, fsync. */
export async function bareDownload(agent: Dispatcher, url: string, path: string): Promise<void> {
  const { origin, pathname, search } = new URL(url)
  const { body } = await agent.request({ origin, path: pathname + search, method: 'GET' })
  await pipeline(body, createWriteStream(path))
  const handle = await open(path)
  await handle.sync()
  await handle.close()
}
