import sharp from 'sharp'
import { isFinal } from '../../src/core/operation.ts'
import type { CheckOutcome, VideoModel } from '../../src/core/ports/google.ts'
import type { VideoRequestInput } from '../../src/core/request.ts'
import { startFileServer } from '../files/file-server.ts'
import { type BadAddresses, startBadAddresses } from './addresses.ts'
import { type FaultName, faults, isBeforeTheWire } from './faults.ts'
import { afterAll, openGround, openHouse, person, until } from './house.ts'
import { type Arrived, startProxy, startStranger } from './proxy.ts'
import { Spoiler } from './spoiler.ts'
import type { Row } from './table.ts'

type BadAddress = BadAddresses['origins']

export const googleSteps = ['image', 'start', 'check', 'download'] as const
type Step = (typeof googleSteps)[number]

const model = 'veo-3.1-fast-generate-preview'

interface Cell {
  readonly step: Step
  readonly fault: FaultName
  /** Names the cell in prompts and addresses. */
  readonly id: string
}

const cells: readonly Cell[] = googleSteps.flatMap((step) =>
  faults.map((fault, index) => ({ step, fault, id: `cell-${step}-${index}-end` })),
)

/** What came of it all. */
export interface SpoiledGoogle {
  readonly rows: readonly Row[]
  /** What a stranger got to see: ought to be nothing. */
  readonly thief: readonly Arrived[]
  readonly fooled: readonly string[]
  readonly story: readonly string[]
}

/** Nobody waits that long: what hangs is given up by the client. */
const hangs = () => 20_000

/** Every fault at every step towards Google and the file servers, all at once in one installation. */
export async function spoilGoogle(): Promise<SpoiledGoogle> {
  const ground = await openGround()
  const stranger = await startStranger()
  let now = () => 0
  const spoiler = new Spoiler(() => now())
  const choose = (request: Arrived) => {
    const cell = cellOf(request)
    return isBeforeTheWire(cell?.fault)
      ? null
      : spoiler.strike(cell?.id ?? '', cell?.step === stepOf(request) ? cell.fault : null)
  }
  const proxy = await startProxy(ground.google.url, stranger.url, choose, { hangs })
  const pictures = await startPictures()
  const choosePicture = (request: Arrived) => {
    const cell = cellOf(request)
    return spoiler.strike(cell?.id ?? '', cell?.fault ?? null)
  }
  const picturesProxy = await startProxy(pictures.url, stranger.url, choosePicture, { hangs })
  function cellOf({ path, body }: Arrived): Cell | undefined {
    const id = /cell-\w+-\d+-end/.exec(`${path} ${body.toString('latin1')}`)?.[0] ?? promptBehind(path)
    return cells.find((each) => each.id === id)
  }
  function promptBehind(path: string): string | undefined {
    return ground.google.starts.find((each) => path.includes(each.id))?.prompt
  }
  const addresses = await startBadAddresses()
  const bad = addresses.origins
  const house = await openHouse({
    folder: ground.folder,
    googleUrl: proxy.url,
    imageOrigins: [picturesProxy.url, ...Object.values(bad)],
    model: (real, at) =>
      withBadAddresses(real, at, bad, (text, step) => {
        const cell = cells.find(({ id }) => text.includes(id)) ?? cells.find(({ id }) => id === promptBehind(text))
        return cell?.step === step && isBeforeTheWire(cell.fault) && spoiler.strike(cell.id, cell.fault)
          ? cell.fault
          : null
      }),
  })
  now = () => house.clock.now()
  const waiting = new Map<string, Set<string>>()
  const unsubscribe = house.commands.subscribe((operation) => {
    const isTriedAgain = operation.attempts > 0 || operation.errorFacts.refusals !== undefined
    if (isTriedAgain && !isFinal(operation.status)) {
      void house.commands.card(operation).then((card) => note(waiting, operation.id, card.text))
    }
  })
  try {
    await house.begin()
    const waits = ({ step, fault }: Cell) =>
      fault === 'ten-minute outage' || (step === 'image' && isBeforeTheWire(fault))
    const hurry = afterAll(cells, waits, () => house.clock.hurry())
    const rows = await Promise.all(
      cells.map(async (cell): Promise<Row> => {
        const input = inputFor(cell, isBeforeTheWire(cell.fault) ? bad[cell.fault] : picturesProxy.url)
        const { operation } = await house.commands.submit({
          eventId: `test:${cell.id}`,
          person,
          thread: 'test:thread',
          private: false,
          input,
        })
        const { ended, outcome } = await until(async () => {
          const row = await house.core.store.get(operation.id)
          const told = house.shown.get(operation.id)?.findLast((each) => each.delivered)
          if (!row || !told) throw new Error(`${cell.step}, ${cell.fault}: no outcome, ${row?.status} ${row?.attempts}`)
          return { ended: row, outcome: told }
        })
        hurry(cell)
        return {
          upstream: cell.step === 'image' ? 'file server' : 'Google',
          step: cell.step,
          fault: cell.fault,
          starts: ground.google.starts.filter(({ prompt }) => prompt === cell.id).length,
          charge: ended.charge,
          outcome: ended.errorCode ?? ended.status,
          meanwhile: [...(waiting.get(operation.id) ?? [])],
          finally: `${outcome.card.title}. ${outcome.card.text}`,
          video: outcome.videoBytes !== null,
        }
      }),
    )
    // An image's address without a name or a certificate is one from the beginning.
    const missed = cells.filter(
      ({ id, step, fault }) => !spoiler.struck(id) && !(step === 'image' && isBeforeTheWire(fault)),
    )
    if (missed.length > 0)
      throw new Error(`never struck: ${missed.map(({ step, fault }) => `${step}, ${fault}`).join('; ')}`)
    return { rows, thief: stranger.visits, fooled: addresses.fooled, story: house.story }
  } finally {
    unsubscribe()
    await house.close()
    await Promise.all([proxy.close(), picturesProxy.close(), pictures.close(), stranger.close(), addresses.close()])
    await ground.close()
  }
}

function stepOf({ method, path }: Arrived): Step {
  if (method === 'POST') return 'start'
  return path.includes(':download') ? 'download' : 'check'
}

function inputFor(cell: Cell, origin: string): VideoRequestInput {
  const url = `${origin}/${cell.id}.png`
  const image = { kind: 'remote', url, declaredType: null, declaredBytes: null, name: 'picture.png' } as const
  return { prompt: cell.id, model, ...(cell.step === 'image' ? { firstFrame: image } : {}) }
}

function note(waiting: Map<string, Set<string>>, id: string, text: string): void {
  const said = waiting.get(id) ?? new Set()
  waiting.set(id, said.add(text))
}

/** Google's adapter with calls that go to an address which has no name, or speaks no TLS. */
function withBadAddresses(
  real: VideoModel,
  at: (url: string) => VideoModel,
  bad: BadAddress,
  strike: (text: string, step: Step) => keyof BadAddress | null,
): VideoModel {
  const broken = { 'DNS failure': at(bad['DNS failure']), 'TLS failure': at(bad['TLS failure']) }
  const through = (fault: keyof BadAddress | null) => (fault === null ? real : broken[fault])
  return {
    ...real,
    start: (order, signal) => through(strike(order.request.prompt, 'start')).start(order, signal),
    async check(id, handle, signal) {
      const outcome = await through(strike(handle, 'check')).check(id, handle, signal)
      if (outcome.state !== 'done' || outcome.source.kind !== 'address') return outcome
      const fault = strike(handle, 'download')
      if (fault === null) return outcome
      const source = { ...outcome.source, uri: `${bad[fault]}/video`, allowedOrigins: [bad[fault]] }
      return { ...outcome, source } satisfies CheckOutcome
    },
  }
}

async function startPictures(): Promise<{ url: string; close(): Promise<void> }> {
  const server = await startFileServer()
  const picture = await sharp({ create: { width: 32, height: 18, channels: 3, background: '#c03' } })
    .png()
    .toBuffer()
  for (const { id } of cells) server.serve(`/${id}.png`, picture, { 'content-type': 'image/png' })
  return { url: server.origin, close: () => server.close() }
}
