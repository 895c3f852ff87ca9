import { randomUUID } from 'node:crypto'
import { mkdir, readdir, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { inject } from 'vitest'
import type { FilesSettings } from '../src/files/open.ts'
import type { S3Settings } from '../src/files/s3-client.ts'
import { createDatabase, dropDatabase } from './db/postgres-server.ts'
import { objectsIn, pathOfObject } from './files/s3-server.ts'

/** A PostgreSQL and an S3 server that outlive the installations on them: plain JSON, so that vitest can hand it on. */
export interface Servers {
  /** The URL of the superuser's own database. */
  readonly postgres: string
  readonly s3: S3Settings
  /** The folder in which the S3 server keeps its bucket. */
  readonly bucket: string
}

declare module 'vitest' {
  interface ProvidedContext {
    readonly servers: Servers
  }
}

/** Where one installation of a test keeps its rows and files. */
export interface Place {
  readonly databaseUrl: string
  readonly files: Pick<FilesSettings, 'folder' | 's3'>
  /** What a service is told to keep everything here. */
  readonly env: Readonly<Record<string, string>>
  /** The names of all files there are, unfinished ones among them, in order. */
  outputs(): Promise<string[]>
  /** Makes each of them a day old: what nobody owns is swept then. */
  age(): Promise<void>
  close(): Promise<void>
}

/** One machine: the folder holds everything. */
function onOneMachine(folder: string): Place {
  const databaseUrl = `file:${join(folder, 'data', 'dailies.db')}`
  const outputs = join(folder, 'outputs')
  return {
    databaseUrl,
    files: { folder: outputs },
    env: { DATABASE_URL: databaseUrl, OUTPUTS_URL: outputs },
    outputs: () => filesIn(outputs),
    age: async () => age(outputs, await filesIn(outputs)),
    async close() {},
  }
}

/** As if there were several machines: a database and a prefix of the bucket of its own; the folder is only worked in. */
async function onServers({ postgres, s3, bucket }: Servers, folder: string): Promise<Place> {
  const databaseUrl = await createDatabase(postgres)
  const url = `${s3.url}/${randomUUID()}`
  const shelf = join(bucket, new URL(url).pathname)
  const temporary = join(folder, 'tmp')
  const scratch = join(temporary, 'dailies')
  await Promise.all([shelf, scratch].map((each) => mkdir(each, { recursive: true })))
  return {
    databaseUrl,
    files: { folder: scratch, s3: { ...s3, url } },
    env: {
      DATABASE_URL: databaseUrl,
      OUTPUTS_URL: url,
      S3_ENDPOINT: s3.endpoint ?? '',
      AWS_ACCESS_KEY_ID: s3.accessKeyId,
      AWS_SECRET_ACCESS_KEY: s3.secretAccessKey,
      TMPDIR: temporary,
    },
    async outputs() {
      const kept = (await objectsIn(shelf)).filter((name) => !name.startsWith('.ping'))
      return [...kept, ...(await filesIn(scratch))].sort()
    },
    async age() {
      await age(shelf, (await objectsIn(shelf)).map(pathOfObject))
      await age(scratch, await filesIn(scratch))
    },
    close: () => dropDatabase(postgres, databaseUrl),
  }
}

let provided: Servers | null = null

/** From now on every place is on these servers, until it is told of none: for one test file, or a program without vitest. */
export function provideServers(servers: Servers | null): void {
  provided = servers
}

/** For an installation that has this folder to itself: on the servers that this run provides, or on this machine. */
export async function placeFor(folder: string): Promise<Place> {
  const servers = provided ?? (process.env.VITEST ? inject('servers') : undefined)
  return servers ? onServers(servers, folder) : onOneMachine(folder)
}

async function filesIn(folder: string): Promise<string[]> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true })
  const paths = found.filter((each) => each.isFile()).map((each) => join(each.parentPath, each.name))
  return paths.map((path) => path.slice(folder.length + 1)).sort()
}

async function age(folder: string, names: readonly string[]): Promise<void> {
  const yesterday = new Date(Date.now() - 86_400_000)
  for (const name of names) await utimes(join(folder, name), yesterday, yesterday)
}
