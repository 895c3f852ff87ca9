import { randomUUID } from 'node:crypto'
import { asVideoError } from '../core/errors.ts'
import { videoName } from './names.ts'
import { missing, pingPrefix } from './s3.ts'
import { S3Client, type S3Settings } from './s3-client.ts'

/** Something that Dailies does in a bucket and that the key may not do. */
export interface Lack {
  /** As the end of a sentence about files, such as `cannot be read`. */
  readonly what: string
  /** Amazon's name for the right. */
  readonly right: string
  /** How the store refused it. */
  readonly message: string
}

/**
 * Does once what Dailies does in a bucket, with a file of its own that is gone afterwards, and resolves to what was refused.
 * Rejects with `storage` where not even a file can be put there.
 */
export async function lacksIn(settings: S3Settings): Promise<readonly Lack[]> {
  const client = new S3Client(settings)
  const file = `${pingPrefix}_${randomUUID()}`
  const ask = async (method: 'PUT' | 'HEAD' | 'GET' | 'DELETE', file: string) => {
    const body = method === 'PUT' ? { body: new Uint8Array(1) } : {}
    const answer = await client.call({ method, file, ...body })
    await answer.body.dump()
    return answer.statusCode !== 404
  }
  if (!(await ask('PUT', file))) throw missing('bucket')
  const steps: readonly (Omit<Lack, 'message'> & { run(): Promise<unknown> })[] = [
    {
      what: 'cannot be read',
      right: 's3:GetObject',
      run: async () => {
        if (!((await ask('HEAD', file)) && (await ask('GET', file)))) throw missing('file')
      },
    },
    {
      what: 'cannot be listed, and missing ones are not said to be missing',
      right: 's3:ListBucket',
      run: async () => {
        await client.list().next()
        // Amazon says 403, and not 404, of a file that is not there to whoever may not list.
        await ask('HEAD', videoName(randomUUID(), 'mp4'))
      },
    },
    { what: 'cannot be deleted', right: 's3:DeleteObject', run: () => ask('DELETE', file) },
  ]
  const lacks: Lack[] = []
  for (const { what, right, run } of steps)
    await run().catch((thrown) => lacks.push({ what, right, message: asVideoError(thrown).message }))
  return lacks
}
