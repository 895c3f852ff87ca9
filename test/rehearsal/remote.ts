import { type RemoteStandIn, spawnStandIn } from '../stand-in/remote.ts'
import type { GoogleControls, GoogleOptions } from './process.ts'

export type RemoteGoogle = RemoteStandIn<{ readonly url: string }, GoogleControls>

/** Starts a Google in its own process. */
export function spawnGoogle(options: GoogleOptions): Promise<RemoteGoogle> {
  return spawnStandIn(new URL('./process.ts', import.meta.url), options)
}
