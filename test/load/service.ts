import { createInterface } from 'node:readline'
import { setTimeout as wait } from 'node:timers/promises'
import type { Child } from '../../bench/parts/children.ts'
import { startService } from '../../bench/parts/service.ts'
import type { Discord } from './discord.ts'

/** Resolves once it is so; false if that takes longer than so many seconds. */
export async function until(seconds: number, so: () => boolean | Promise<boolean>): Promise<boolean> {
  const patience = Date.now() + seconds * 1000
  while (Date.now() < patience) {
    if (await so()) return true
    await wait(250)
  }
  return false
}

/** How often the service has said what, of what is a warning or worse. */
export function complaintsOf({ process: { stdout } }: Child): Readonly<Record<string, number>> {
  const said: Record<string, number> = {}
  if (stdout === null) return said
  createInterface({ input: stdout }).on('line', (line) => {
    const { level, msg } = JSON.parse(line) as { level: string; msg: string }
    if (level === 'warn' || level === 'error') said[msg] = (said[msg] ?? 0) + 1
  })
  return said
}

/** The service as people run it beside that Discord; resolves when commands can be given. */
export async function startBeside(
  { url, token, controls }: Discord,
  folder: string,
  google: Child,
  env: Readonly<Record<string, string>>,
): Promise<Child> {
  const service = await startService(folder, google.said, { DISCORD_TOKEN: token, DISCORD_API_URL: url, ...env })
  const there = async () => (await controls.counts()).connected > 0 && (await controls.commands('')).length > 0
  if (!(await until(90, there))) throw new Error('the service does not connect to Discord')
  return service
}
