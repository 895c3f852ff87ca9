import { randomUUID } from 'node:crypto'
import { type JobEngine, Waiting } from '../parts/engine.ts'

/** pg-boss; eager: asking as often as it lets itself be told, twice a second. A fetch takes as many as may run at once. */
export async function openPgBoss(url: string, atOnce: number, eager: boolean): Promise<JobEngine> {
  const { PgBoss } = await import('pg-boss')
  const boss = new PgBoss({ connectionString: url, schema: `boss_${randomUUID().slice(0, 8)}` })
  boss.on('error', () => {})
  await boss.start()
  const over = new Waiting()
  const ran = new Waiting<number>()
  for (const queue of ['start', 'check', 'timed']) await boss.createQueue(queue)
  const options = { batchSize: atOnce, ...(eager ? { pollingIntervalSeconds: 0.5 } : {}) }
  type Job = { data: { key: string } }
  await boss.work('start', options, async (jobs: Job[]) => {
    await Promise.all(jobs.map((job) => boss.send('check', job.data)))
  })
  await boss.work('check', options, async (jobs: Job[]) => {
    for (const job of jobs) over.done(job.data.key, undefined)
  })
  await boss.work('timed', options, async (jobs: Job[]) => {
    for (const job of jobs) ran.done(job.data.key, Date.now())
  })
  return {
    async life() {
      const key = randomUUID()
      const done = over.wait(key)
      await boss.send('start', { key })
      await done
    },
    async lateness(ahead) {
      const key = randomUUID()
      const done = ran.wait(key)
      const due = Date.now() + ahead
      await boss.send('timed', { key }, { startAfter: new Date(due) })
      return (await done) - due
    },
    close: () => boss.stop({ graceful: true, close: true, timeout: 2_000 }),
  }
}
