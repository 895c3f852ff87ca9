import { isFinal, type Operation } from '../../src/core/operation.ts'
import { mp4 } from '../files/mp4-fixture.ts'
import { startS3 } from '../files/s3-server.ts'
import { divert, startBadAddresses } from './addresses.ts'
import { type FaultName, faults, isBeforeTheWire } from './faults.ts'
import { afterAll, openGround, openHouse, person, until } from './house.ts'
import { type Arrived, startProxy, startStranger } from './proxy.ts'
import { Spoiler } from './spoiler.ts'
import type { Row } from './table.ts'

/** What is asked of a bucket for a video of one piece, and for one of two. */
export const s3Steps = {
  small: ['keeping a file', 'looking for a file', 'reading a file'],
  large: ['beginning a large file', 'part of a large file', 'end of a large file'],
} as const
type Step = (typeof s3Steps)[keyof typeof s3Steps][number]

/** Two parts: one is 8 MiB. */
const largeBytes = 8 * 1024 * 1024 + 1000

interface Cell {
  readonly step: Step
  readonly fault: FaultName
  readonly prompt: string
}

/** Every fault at every step towards a bucket, all at once in one installation, with small videos or with large ones. */
export async function spoilS3(
  size: keyof typeof s3Steps,
  some: readonly FaultName[] = faults,
): Promise<{ rows: Row[]; thief: readonly Arrived[]; fooled: readonly string[] }> {
  const video = size === 'small' ? mp4() : mp4({ mediaBytes: largeBytes })
  const ground = await openGround(0.1, video)
  const stranger = await startStranger()
  const s3 = await startS3()
  const cells = s3Steps[size].flatMap((step) =>
    some.map((fault): Cell => ({ step, fault, prompt: `${step}: ${fault}.` })),
  )
  const operations = new Map<string, Cell>()
  let now = () => 0
  const spoiler = new Spoiler(() => now())
  const strike = (request: Arrived, beforeWire: boolean) => {
    const id = /gen_video_([0-9a-f-]{36})\.mp4/.exec(request.path)?.[1]
    const cell = operations.get(id ?? '')
    if (cell === undefined || isBeforeTheWire(cell.fault) !== beforeWire) return null
    return spoiler.strike(cell.prompt, cell.step === stepOf(request) ? cell.fault : null)
  }
  const proxy = await startProxy(s3.settings.endpoint ?? '', stranger.url, (request) => strike(request, false))
  const bad = await startBadAddresses()
  const { host } = new URL(proxy.url)
  const goOn = divert((request) => {
    const fault = request.headers.host === host ? strike(request, true) : null
    return isBeforeTheWire(fault) ? bad.origins[fault] : null
  })
  const house = await openHouse({
    folder: ground.folder,
    googleUrl: ground.google.url,
    s3: { ...s3.settings, endpoint: proxy.url },
    patience: 30_000,
  })
  now = () => house.clock.now()
  const waiting = new Map<string, Set<string>>()
  const note = async (operation: Operation) => {
    const cell = cells.find(({ prompt }) => prompt === operation.request.prompt)
    if (cell) operations.set(operation.id, cell)
    if (operation.attempts === 0 || isFinal(operation.status)) return
    const { text } = await house.commands.card(operation)
    waiting.set(operation.id, (waiting.get(operation.id) ?? new Set()).add(text))
  }
  const unsubscribe = house.commands.subscribe((operation) => void note(operation))
  const hurry = afterAll(
    cells,
    ({ fault }) => fault === 'ten-minute outage',
    () => house.clock.hurry(),
  )
  const row = async (cell: Cell): Promise<Row> => {
    const { step, fault, prompt } = cell
    const asked = { eventId: `test:${prompt}`, person, thread: 'test:thread', private: false, input: { prompt } }
    const { id } = (await house.commands.submit(asked)).operation
    const { ended, outcome } = await until(async () => {
      const row = await house.core.store.get(id)
      const told = house.shown.get(id)?.findLast((each) => each.delivered)
      if (!row || !told)
        throw new Error(`${prompt} no outcome, ${row?.status} ${row?.attempts} ${row?.announceAttempts}`)
      return { ended: row, outcome: told }
    })
    hurry(cell)
    if (!spoiler.struck(prompt)) throw new Error(`${prompt} never struck`)
    return {
      upstream: 'bucket (S3)',
      step,
      fault,
      starts: ground.google.starts.filter((each) => each.prompt === prompt).length,
      charge: ended.charge,
      outcome: ended.errorCode ?? ended.status,
      meanwhile: [...(waiting.get(id) ?? [])],
      finally: `${outcome.card.title}. ${outcome.card.text}`,
      video: outcome.videoBytes !== null && outcome.videoBytes === ended.videoBytes,
    }
  }
  try {
    await house.begin()
    return { rows: await Promise.all(cells.map(row)), thief: stranger.visits, fooled: bad.fooled }
  } finally {
    unsubscribe()
    await house.close()
    goOn()
    await Promise.all([proxy.close(), stranger.close(), bad.close(), s3.close()])
    await ground.close()
  }
}

function stepOf({ method, path }: Arrived): Step | null {
  if (method === 'HEAD') return 'looking for a file'
  if (method === 'GET') return 'reading a file'
  if (method === 'PUT') return path.includes('partNumber=') ? 'part of a large file' : 'keeping a file'
  if (method === 'POST') return path.includes('uploads') ? 'beginning a large file' : 'end of a large file'
  return null
}
