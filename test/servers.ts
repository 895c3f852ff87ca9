import type { TestProject } from 'vitest/node'
import { startPostgres } from './db/postgres-server.ts'
import { startS3 } from './files/s3-server.ts'
import type { Servers } from './place.ts'

/** One PostgreSQL and one S3 server for all installations of a run, and how to stop them. */
export async function startServers(): Promise<{ servers: Servers; stop(): Promise<void> }> {
  const [postgres, s3] = await Promise.all([startPostgres(), startS3()])
  return {
    servers: { postgres: postgres.url, s3: s3.settings, bucket: s3.bucket },
    stop: async () => void (await Promise.all([postgres.close(), s3.close()])),
  }
}

/** For vitest: everything in this project runs on them. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { servers, stop } = await startServers()
  project.provide('servers', servers)
  return stop
}
