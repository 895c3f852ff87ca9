import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import { request } from 'undici'
import { assemble } from '../../src/compose.ts'
import { readConfig } from '../../src/config.ts'
import { VideoError } from '../../src/core/errors.ts'
import type { Person } from '../../src/core/ports/commands.ts'
import type { Messenger } from '../../src/core/ports/messenger.ts'

// One instance of the scale tests: the real core, worker, store and files, configured by the environment as always. In the
// place of a chat platform it takes requests over HTTP, and tells the test's thread server, which keeps its threads.
const server = process.env.THREAD_SERVER ?? ''
const instance = process.env.INSTANCE ?? ''

const log = { debug() {}, info() {}, warn: tell, error: tell }
function tell(fields: Record<string, unknown>, message: string): void {
  process.stderr.write(`${instance} ${message} ${JSON.stringify(fields)}\n`)
}

/** As Discord does it: a post under a nonce that was used before returns the first message's id. */
async function post(nonce: string, body: object): Promise<string> {
  const answer = await request(`${server}/${nonce}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', instance },
    body: JSON.stringify(body),
  })
  if (answer.statusCode !== 200) throw new VideoError('unreachable', 'the thread server is away', { retryable: true })
  return ((await answer.body.json()) as { id: string }).id
}

const messenger: Messenger = {
  platform: 'test',
  post: (operation) => post(`${operation.id}/status`, {}),
  async edit() {},
  async deliver(operation, _card, video) {
    const { status, errorCode, videoHash, finishedAt } = operation
    const bytes = video?.bytes ?? null
    const message = await post(`${operation.id}/${finishedAt}/outcome`, { status, errorCode, videoHash, bytes })
    return { message, problem: null }
  },
}

const assembly = await assemble(readConfig(process.env), log)
const worker = assembly.worker([messenger])
worker.start()

const person = (id: string): Person => ({
  id: `test:${id}`,
  name: id,
  workspace: 'test:here',
  channel: null,
  roles: [],
  admin: false,
  locale: 'en',
})

const door = createServer(async (asked, answer) => {
  const { event, who, prompt } = (await json(asked)) as { event: string; who: string; prompt: string }
  try {
    const submission = { eventId: `test:${event}`, person: person(who), thread: `test:${who}:here:${event}` }
    const accepted = await assembly.commands.submit({ ...submission, private: false, input: { prompt } })
    answer.end(JSON.stringify({ id: accepted.operation.id }))
  } catch (thrown) {
    const refused = thrown instanceof VideoError && !thrown.retryable
    answer.statusCode = refused ? 422 : 503
    answer.end(JSON.stringify({ code: thrown instanceof VideoError ? thrown.code : String(thrown) }))
  }
})
door.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${(door.address() as AddressInfo).port}` })}\n`)
})

process.once('SIGTERM', async () => {
  door.close()
  await worker.stop()
  await assembly.close()
  process.exit(0)
})
