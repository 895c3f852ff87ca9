import { type RemoteStandIn, spawnStandIn } from '../../stand-in/remote.ts'
import type { Controls, StandIn, StandInOptions } from './start.ts'

export type RemoteDiscord = RemoteStandIn<Pick<StandIn, 'url' | 'token' | 'applicationId'>, Controls>

/** Starts a Discord in its own process. */
export function spawnDiscord(options: StandInOptions = {}): Promise<RemoteDiscord> {
  return spawnStandIn(new URL('./process.ts', import.meta.url), options)
}
