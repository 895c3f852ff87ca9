import Database from 'better-sqlite3'
import { quantile } from './figures.ts'

/** How long the requests of one kind of people waited from “accepted” to Google's answer, in seconds. */
export interface Waiting {
  readonly asked: number
  readonly started: number
  readonly p50: number
  readonly p95: number
  readonly most: number
}

interface Row {
  readonly requester: string
  readonly created_at: number
  readonly starting_at: number | null
}

/** The rows of a service that has ended. */
export class Rows {
  private readonly rows: readonly Row[]

  constructor(file: string) {
    const client = new Database(file, { readonly: true })
    this.rows = client.prepare('select requester, created_at, starting_at from operations').all() as Row[]
    client.close()
  }

  /** What these people asked for between two times, milliseconds since 1970; what has not begun waits until `now`. */
  waiting(users: ReadonlySet<string>, from: number, to: number, now: number): Waiting {
    const own = this.rows.filter((row) => users.has(row.requester) && row.created_at >= from && row.created_at < to)
    const waits = own.map((row) => ((row.starting_at ?? now) - row.created_at) / 1000)
    return {
      asked: own.length,
      started: own.filter((row) => row.starting_at !== null).length,
      p50: quantile(waits, 0.5),
      p95: quantile(waits, 0.95),
      most: waits.reduce((a, b) => Math.max(a, b), 0),
    }
  }

  /** How many of one person's were begun. */
  begun(user: string): number {
    return this.rows.filter(({ requester, starting_at }) => requester === user && starting_at !== null).length
  }
}

/** How much is in which state in the table of a service that runs. */
export function countsIn(file: string): { inFlight: number; queued: number; finished: number } {
  const client = new Database(file, { readonly: true })
  const rows = client.prepare('select status, count(*) as count from operations group by status').all() as {
    status: string
    count: number
  }[]
  client.close()
  const of = (status: string) => rows.find((row) => row.status === status)?.count ?? 0
  return { inFlight: of('processing'), queued: of('pending'), finished: of('completed') + of('error') }
}
