import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'

type Control = (...args: unknown[]) => unknown

/**
 * In a stand-in's own process: answers `POST /<control>` with a list of arguments as JSON, and prints one line of JSON,
 * what `about` says and the address of the controls. Ends when whoever started it has ended.
 */
export function serveControls(controls: object, about: object): void {
  const byName = new Map(Object.entries(controls) as [string, Control][])
  const server = createServer(async (request, response) => {
    try {
      const control = byName.get((request.url ?? '/').slice(1))
      if (!control) throw new Error(`no control ${request.url}`)
      const result = await control(...((await json(request)) as unknown[]))
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(result ?? null))
    } catch (thrown) {
      response.writeHead(500, { 'content-type': 'application/json' }).end(JSON.stringify(String(thrown)))
    }
  })
  server.listen(0, '127.0.0.1', () => {
    const { port } = server.address() as AddressInfo
    console.log(JSON.stringify({ ...about, controlUrl: `http://127.0.0.1:${port}` }))
  })
  process.stdin.resume().once('end', () => process.exit())
}

/** The options that the process was started with. */
export function givenOptions<Options>(): Options {
  return JSON.parse(process.argv[2] ?? '{}') as Options
}
