import { type RemoteStandIn, spawnStandIn } from '../stand-in/remote.ts'
import type { SlackControls } from './controls.ts'
import type { Mode } from './open.ts'
import type { SlackOptions } from './stand-in/index.ts'

export type RemoteSlack = RemoteStandIn<{ readonly apiUrl: string }, SlackControls>

/** Starts a Slack in its own process. */
export function spawnSlack(mode: Mode, options: Pick<SlackOptions, 'tiers' | 'times'>): Promise<RemoteSlack> {
  return spawnStandIn(new URL('./process.ts', import.meta.url), { mode, ...options })
}
