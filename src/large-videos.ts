import type { LargeVideos } from './bots/discord/delivery.ts'
import { linkMilliseconds, signedLink } from './bots/links.ts'
import type { Config } from './config.ts'
import type { Core } from './core/context.ts'

/**
 * What to do with videos that a chat platform finds too large. Without PUBLIC_URL there is a link only into a store that
 * speaks TLS, as one that others reach does; plain HTTP is one in the host's own network, whose address opens nowhere else.
 */
export function largeVideos(
  { web: { publicUrl }, s3 }: Pick<Config, 's3'> & { readonly web: Pick<Config['web'], 'publicUrl'> },
  { files, clock }: Pick<Core, 'files' | 'clock'>,
  linkSecret: string,
): LargeVideos {
  const reached = s3 !== null && (s3.endpoint === null || s3.endpoint.startsWith('https:'))
  return {
    async link({ id, videoFile }) {
      if (publicUrl !== null) return signedLink(publicUrl, linkSecret, id, clock.now() + linkMilliseconds)
      return reached && videoFile !== null ? files.link(videoFile, linkMilliseconds) : null
    },
    smaller: (videoFile, maxBytes, signal) => files.smaller(videoFile, maxBytes, signal),
    discard: (file) => files.remove(file),
  }
}
