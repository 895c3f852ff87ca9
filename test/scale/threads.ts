import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'

/** One request to post: by whom, when, and what it said. */
export interface Posted {
  readonly instance: string
  readonly at: number
  readonly body: { status?: string; errorCode?: string | null; videoHash?: string | null; bytes?: number | null }
}

/** What stands in for a chat platform: it shows one message a nonce, and remembers everybody who wanted to post it. */
export interface Threads {
  readonly url: string
  /** By nonce, `<operation>/status` or `<operation>/<when it ended>/outcome`, in the order of arrival. */
  readonly posts: ReadonlyMap<string, readonly Posted[]>
  close(): Promise<void>
}

export async function openThreads(): Promise<Threads> {
  const posts = new Map<string, Posted[]>()
  const server = createServer(async (request, response) => {
    const nonce = (request.url ?? '').slice(1)
    const body = (await json(request)) as Posted['body']
    const before = posts.get(nonce) ?? []
    posts.set(nonce, [...before, { instance: String(request.headers.instance), at: Date.now(), body }])
    response.end(JSON.stringify({ id: `message of ${nonce}` }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    posts,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
