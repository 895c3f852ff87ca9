import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { request } from 'undici'

/** Controls as they look from another process: the same names, every result a promise. */
export type Remote<Controls> = {
  readonly [Name in keyof Controls]: Controls[Name] extends (...args: infer Args) => infer Result
    ? (...args: Args) => Promise<Awaited<Result>>
    : never
}

/** A stand-in in a process of its own: what it said of itself, and its controls. */
export type RemoteStandIn<About, Controls> = About & {
  readonly controls: Remote<Controls>
  close(): Promise<void>
}

/** Starts a program that ends in `serveControls`, with these options and Node's; resolves once it listens. */
export async function spawnStandIn<About, Controls>(
  program: URL,
  options: object,
  node: readonly string[] = [],
): Promise<RemoteStandIn<About, Controls>> {
  const file = fileURLToPath(program)
  const child = spawn(process.execPath, [...node, file, JSON.stringify(options)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const gone = once(child, 'exit')
  const early = gone.then(() => Promise.reject(new Error(`${file} ended before it listened`)))
  const [line] = await Promise.race([once(createInterface({ input: child.stdout }), 'line'), early])
  early.catch(() => undefined)
  const about = JSON.parse(String(line)) as About & { readonly controlUrl: string }
  const call = async (name: string, args: unknown[]) => {
    const answer = await request(`${about.controlUrl}/${name}`, { method: 'POST', body: JSON.stringify(args) })
    const value: unknown = await answer.body.json()
    if (answer.statusCode !== 200) throw new Error(String(value))
    return value
  }
  const controls = new Proxy({} as Remote<Controls>, {
    get: (_target, name) => (name === 'then' ? undefined : (...args: unknown[]) => call(String(name), args)),
  })
  return {
    ...about,
    controls,
    async close() {
      child.kill()
      await gone
    },
  }
}
