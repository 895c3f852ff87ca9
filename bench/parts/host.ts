import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Person } from '../../src/core/ports/commands.ts'
import { hasten } from '../../src/hasten.js'
import { silent } from './rows.ts'

// The whole of Dailies without a front end's own cost: POST / with a prompt is a submission, answered when it is on disk.
// Settings come from the environment. Run as a program it prints its address.
hasten()
const { assemble } = await import('../../src/compose.ts')
const { readConfig } = await import('../../src/config.ts')

const person: Person = {
  id: 'web:bench',
  name: 'bench',
  workspace: 'web',
  channel: null,
  roles: [],
  admin: true,
  locale: 'en',
}

const assembly = await assemble(readConfig(process.env), silent)
await assembly.core.offered.refresh(assembly.core.model, silent, AbortSignal.timeout(10_000))
assembly.worker([]).start()
const server = createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.once('end', async () => {
    const { prompt } = JSON.parse(Buffer.concat(chunks).toString()) as { prompt: string }
    const eventId = `bench:${randomUUID()}`
    const accepted = await assembly.commands.submit({
      eventId,
      person,
      thread: null,
      private: false,
      input: { prompt },
    })
    const body = JSON.stringify({ id: accepted.operation.id })
    response.writeHead(200, { 'content-type': 'application/json' }).end(body)
  })
})
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`))
