import { randomUUID } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { model } from '../parts/rows.ts'

// The seed's way, as one writes it by hand: an in-memory map, one timer for each Operation, fetch and arrayBuffer. Takes
// POST / with a prompt. Run as a program: node bench/baselines/seed.ts GOOGLE_URL FOLDER POLL_SECONDS prints its address.
const [google = '', folder = '', pollSeconds = '5'] = process.argv.slice(2)
const headers = { 'x-goog-api-key': 'a-key-that-opens-nothing', 'content-type': 'application/json' }

interface Operation {
  readonly id: string
  readonly prompt: string
  status: 'processing' | 'completed' | 'error'
  name: string
  file: string | null
}

const operations = new Map<string, Operation>()

async function begin(prompt: string): Promise<Operation> {
  const answer = await fetch(`${google}/v1beta/models/${model}:predictLongRunning`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ instances: [{ prompt }], parameters: { aspectRatio: '16:9', durationSeconds: 8 } }),
  })
  const { name } = (await answer.json()) as { name: string }
  const operation: Operation = { id: randomUUID(), prompt, status: 'processing', name, file: null }
  operations.set(operation.id, operation)
  const timer = setInterval(() => void look(operation, timer), Number(pollSeconds) * 1000)
  return operation
}

interface Answer {
  readonly done?: boolean
  readonly response?: { generateVideoResponse: { generatedSamples: { video: { uri: string } }[] } }
}

async function look(operation: Operation, timer: NodeJS.Timeout): Promise<void> {
  const answer = await fetch(`${google}/v1beta/${operation.name}`, { headers })
  const { done, response } = (await answer.json()) as Answer
  if (!done || operation.status !== 'processing') return
  clearInterval(timer)
  operation.status = 'completed'
  const video = await fetch(response?.generateVideoResponse.generatedSamples[0]?.video.uri ?? '', { headers })
  const file = join(folder, `gen_video_${operation.id}.mp4`)
  await writeFile(file, Buffer.from(await video.arrayBuffer()))
  operation.file = file
}

const server = createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.once('end', async () => {
    const finished = [...operations.values()].filter((each) => each.file !== null).length
    const body =
      request.method === 'POST'
        ? await begin((JSON.parse(Buffer.concat(chunks).toString()) as { prompt: string }).prompt)
        : { finished }
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  })
})
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`))
