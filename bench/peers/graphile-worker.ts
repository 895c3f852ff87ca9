import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { type JobEngine, Waiting } from '../parts/engine.ts'

/** graphile-worker, which hears of new jobs through the database; eager: it also asks ten times a second. */
export async function openGraphile(url: string, atOnce: number, eager: boolean): Promise<JobEngine> {
  const { Logger, run } = await import('graphile-worker')
  const pool = new pg.Pool({ connectionString: url, max: atOnce + 4 })
  // The server may be gone before the last idle connection.
  pool.on('error', () => {})
  pool.on('connect', (client) => client.on('error', () => {}))
  const over = new Waiting()
  const ran = new Waiting<number>()
  type Payload = { key: string }
  const runner = await run({
    pgPool: pool,
    schema: `graphile_${randomUUID().slice(0, 8)}`,
    concurrency: atOnce,
    ...(eager ? { pollInterval: 100 } : {}),
    noHandleSignals: true,
    logger: new Logger(() => () => {}),
    taskList: {
      start: async (payload, helpers) => void (await helpers.addJob('check', payload as Payload)),
      check: async () => {},
      timed: async (payload) => ran.done((payload as Payload).key, Date.now()),
    },
  })
  runner.events.on('job:complete', ({ job }) => {
    if (job.task_identifier === 'check') over.done((job.payload as Payload).key, undefined)
  })
  return {
    async life() {
      const key = randomUUID()
      const done = over.wait(key)
      await runner.addJob('start', { key })
      await done
    },
    async lateness(ahead) {
      const key = randomUUID()
      const done = ran.wait(key)
      const due = Date.now() + ahead
      await runner.addJob('timed', { key }, { runAt: new Date(due) })
      return (await done) - due
    },
    async close() {
      await runner.stop()
      await pool.end()
    },
  }
}
