import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Controls, StandInOptions } from './start.ts'

/** The controls as they look from another process: the same names, every result a promise. */
export type RemoteControls = {
  readonly [Name in keyof Controls]: (
    ...args: Parameters<Controls[Name]>
  ) => Promise<Awaited<ReturnType<Controls[Name]>>>
}

export interface RemoteStandIn {
  readonly url: string
  readonly token: string
  readonly applicationId: string
  readonly controls: RemoteControls
  close(): Promise<void>
}

/** Starts a Discord in its own process. */
export async function spawnDiscord(options: StandInOptions = {}): Promise<RemoteStandIn> {
  const program = fileURLToPath(new URL('./process.ts', import.meta.url))
  const child = spawn(process.execPath, [program, JSON.stringify(options)], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = await once(child.stdout, 'data')
  const started: { url: string; token: string; applicationId: string } = JSON.parse(String(line))
  const call = async (name: string, args: unknown[]) => {
    const address = `${new URL(started.url).origin}/control/${name}`
    const response = await fetch(address, { method: 'POST', body: JSON.stringify(args) })
    const value: unknown = await response.json()
    if (!response.ok) throw new Error(String(value))
    return value
  }
  const controls = new Proxy({} as RemoteControls, {
    get: (_target, name) => (name === 'then' ? undefined : (...args: unknown[]) => call(String(name), args)),
  })
  return {
    ...started,
    controls,
    async close() {
      const gone = once(child, 'exit')
      child.kill()
      await gone
    },
  }
}
