declare module '@20minutes/s3rver' {
  import type { RequestListener } from 'node:http'

  /** As far as the tests use it. */
  // biome-ignore lint/style/noDefaultExport: so it is in the package
  export default class S3rver {
    constructor(options: {
      readonly directory: string
      readonly silent: boolean
      readonly vhostBuckets: boolean
      readonly configureBuckets: readonly { readonly name: string }[]
    })
    configureBuckets(): Promise<unknown>
    callback(): RequestListener
  }
}
