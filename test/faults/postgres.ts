import { connect as dial } from 'node:net'
import { asVideoError } from '../../src/core/errors.ts'
import { isFinal } from '../../src/core/operation.ts'
import { describeError } from '../../src/core/wording.ts'
import type { FaultName } from './faults.ts'
import { openGround, openHouse, person, until } from './house.ts'
import type { Row } from './table.ts'
import { openWire, type Wire } from './wire.ts'

/** What can happen to a statement on its way to the database and back. */
const databaseFaults = [
  'reset before the effect',
  'reset after the effect',
  'hangs',
  'hangs after the effect',
] as const satisfies readonly FaultName[]

/** The statement that accepts an Operation, and the later ones by what they write into its row. */
const accepting = 'accepting'
const later: Readonly<Record<string, RegExp>> = {
  'its message is noted': /"status_message" = /,
  'the start is recorded': /"starting_at" = /,
  'Google’s name is kept': /"handle" = /,
  'the video is kept': /"video_file" = /,
  'its delivery is noted': /"delivered_message" = /,
}

interface Cell {
  readonly step: string
  readonly fault: FaultName
  readonly prompt: string
}

/** Every one of these faults at every one of these statements, all at once in one installation on that database. */
export async function spoilPostgres(database: string): Promise<{ rows: Row[] }> {
  const ground = await openGround()
  const cells = [accepting, ...Object.keys(later)].flatMap((step) =>
    databaseFaults.map((fault): Cell => ({ step, fault, prompt: `A lion, ${step}, ${fault}.` })),
  )
  const named = new Map<string, Cell>()
  const struck = new Set<Cell>()
  const setBy = statements()
  const strike = (said: string): FaultName | null => {
    const set = setBy(said)
    const accepted = cells.find(({ prompt }) => said.includes(`"prompt":"${prompt}"`))
    const cell = accepted ?? [...named].find(([id]) => said.includes(id))?.[1]
    if (!cell || struck.has(cell)) return null
    if (accepted ? cell.step !== accepting : !later[cell.step]?.test(set)) return null
    struck.add(cell)
    return cell.fault
  }
  const wire = await startWire(Number(new URL(database).port), strike)
  const url = new URL(database)
  url.port = String(wire.port)
  const house = await openHouse({ folder: ground.folder, googleUrl: ground.google.url, databaseUrl: url.href })
  const unsubscribe = house.commands.subscribe(({ id, request }) => {
    const cell = cells.find(({ prompt }) => prompt === request.prompt)
    if (cell && !named.has(id)) named.set(id, cell)
  })
  const row = async (cell: Cell): Promise<Row> => {
    const { step, fault, prompt } = cell
    const asked = { eventId: `test:${prompt}`, person, thread: 'test:thread', private: false, input: { prompt } }
    const answer = await house.commands.submit(asked).catch(asVideoError)
    const common = { upstream: 'database (PostgreSQL)', step, fault, meanwhile: [] }
    const starts = () => ground.google.starts.filter((each) => each.prompt === prompt).length
    if (answer instanceof Error) {
      const { title, text } = describeError(answer, 'en')
      const refused = { charge: 'none', outcome: 'refused', finally: `${title}. ${text}`, video: false } as const
      return { ...common, ...refused, starts: starts() }
    }
    const { id } = answer.operation
    const { ended, outcome } = await until(async () => {
      const row = await house.core.store.get(id)
      const told = house.shown.get(id)?.findLast((each) => each.delivered)
      if (!row || !isFinal(row.status) || !told) throw new Error(`${prompt} no outcome, ${row?.status}`)
      return { ended: row, outcome: told }
    })
    return {
      ...common,
      starts: starts(),
      charge: ended.charge,
      outcome: ended.errorCode ?? ended.status,
      finally: `${outcome.card.title}. ${outcome.card.text}`,
      video: outcome.videoBytes !== null && outcome.videoBytes === ended.videoBytes,
    }
  }
  try {
    await house.begin()
    const rows = await Promise.all(cells.map(row))
    const missed = cells.filter((cell) => !struck.has(cell)).map(({ prompt }) => prompt)
    if (missed.length > 0) throw new Error(`never struck: ${missed.join('; ')}`)
    // Looked at when all is over: what was refused must not begin later.
    return { rows: rows.map((each, index) => ({ ...each, starts: startsOf(cells[index]?.prompt) })) }
  } finally {
    unsubscribe()
    await house.close()
    await wire.close()
    await ground.close()
  }

  function startsOf(wanted: string | undefined): number {
    return ground.google.starts.filter(({ prompt }) => prompt === wanted).length
  }
}

/** Tells what a client has just said sets in a row: the text of a statement comes once a connection, later its name alone. */
function statements(): (said: string) => string {
  const sets = new Map<string, string>()
  return (said) => {
    const [name = ''] = /dailies_\d+(?=\0)/.exec(said) ?? []
    const [, set] = /\0update "operations" set (.*?) where /.exec(said) ?? []
    if (set !== undefined) sets.set(name, set)
    return sets.get(name) ?? ''
  }
}

/** Real milliseconds for which a connection gives no sign of life before it is cut. */
const hangMilliseconds = 2_000

/** A wire to the database that breaks when `strike` says so of what a client has just said. */
export function startWire(port: number, strike: (said: string) => FaultName | null): Promise<Wire> {
  return openWire((client, keep) => {
    const upstream = keep(dial(port, '127.0.0.1'))
    const cut = () => {
      client.resetAndDestroy()
      upstream.destroy()
    }
    let mute: 'cut' | 'silence' | null = null
    client.on('close', () => upstream.destroy())
    upstream.on('close', () => client.destroy())
    upstream.on('data', (answer) => {
      if (mute === null) client.write(answer)
      else if (mute === 'cut') cut()
    })
    client.on('data', (said) => {
      const fault = strike(said.toString('utf8'))
      if (fault === 'reset before the effect') return cut()
      if (fault === 'reset after the effect') mute = 'cut'
      if (fault === 'hangs' || fault === 'hangs after the effect') {
        mute = 'silence'
        setTimeout(cut, hangMilliseconds).unref()
      }
      if (fault !== 'hangs') upstream.write(said)
    })
  })
}
