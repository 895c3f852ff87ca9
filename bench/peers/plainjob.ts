import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { type JobEngine, Waiting } from '../parts/engine.ts'

/** plainjob on SQLite with synchronous=FULL; eager: its workers ask every millisecond. */
export async function openPlainjob(folder: string, atOnce: number, eager: boolean): Promise<JobEngine> {
  const { better, defineQueue, defineWorker } = await import('plainjob')
  const client = new Database(join(folder, 'plainjob.db'))
  client.pragma('journal_mode = WAL')
  const silent = { error() {}, warn() {}, info() {}, debug() {} }
  const queue = defineQueue({ connection: better(client), logger: silent })
  // It sets NORMAL itself.
  client.pragma('synchronous = FULL')
  const over = new Waiting()
  const ran = new Waiting<number>()
  const options = { queue, logger: silent, ...(eager ? { pollIntervall: 1 } : {}) }
  const keyOf = (job: { data: string }) => (JSON.parse(job.data) as { key: string }).key
  const workers = Array.from({ length: Math.min(8, atOnce) }, () => [
    defineWorker('start', async (job) => void queue.add('check', { key: keyOf(job) }), options),
    defineWorker('check', async () => {}, { ...options, onCompleted: (job) => over.done(keyOf(job), undefined) }),
    defineWorker('timed', async (job) => ran.done(keyOf(job), Date.now()), options),
  ]).flat()
  for (const worker of workers) void worker.start()
  return {
    life() {
      const key = randomUUID()
      const done = over.wait(key)
      queue.add('start', { key })
      return done
    },
    async lateness(ahead) {
      const key = randomUUID()
      const done = ran.wait(key)
      const due = Date.now() + ahead
      queue.add('timed', { key }, { delay: ahead })
      return (await done) - due
    },
    async close() {
      await Promise.all(workers.map((worker) => worker.stop()))
      queue.close()
    },
  }
}
