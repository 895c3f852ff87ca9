import { randomUUID } from 'node:crypto'
import { type JobEngine, Waiting } from '../parts/engine.ts'

/** BullMQ on a Redis whose append-only file is on disk before each answer. */
export async function openBullmq(port: number, atOnce: number): Promise<JobEngine> {
  const { Queue, Worker } = await import('bullmq')
  const connection = { host: '127.0.0.1', port, maxRetriesPerRequest: null }
  const queue = new Queue('operations', { connection })
  const over = new Waiting()
  const ran = new Waiting<number>()
  const worker = new Worker(
    'operations',
    async (job) => {
      if (job.name === 'start') await queue.add('check', job.data)
      if (job.name === 'timed') ran.done(job.data.key, Date.now())
    },
    { connection, concurrency: atOnce },
  )
  worker.on('completed', (job) => {
    if (job.name === 'check') over.done(job.data.key, undefined)
  })
  await worker.waitUntilReady()
  return {
    async life() {
      const key = randomUUID()
      const done = over.wait(key)
      await queue.add('start', { key })
      await done
    },
    async lateness(ahead) {
      const key = randomUUID()
      const done = ran.wait(key)
      const due = Date.now() + ahead
      await queue.add('timed', { key }, { delay: ahead })
      return (await done) - due
    },
    async close() {
      await worker.close()
      await queue.close()
    },
  }
}
