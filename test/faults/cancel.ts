import { asVideoError } from '../../src/core/errors.ts'
import { isFinal } from '../../src/core/operation.ts'
import { describeError } from '../../src/core/wording.ts'
import { startBadAddresses } from './addresses.ts'
import { type FaultName, faults, isBeforeTheWire } from './faults.ts'
import { openGround, openHouse, person, until } from './house.ts'
import { startProxy, startStranger } from './proxy.ts'
import { Spoiler } from './spoiler.ts'
import type { Row } from './table.ts'

const model = 'gemini-omni-1.1-flash'

interface Cell {
  readonly fault: FaultName
  readonly id: string
}

/** Every fault when Google is asked to stop what it has begun: all at once, of one installation. */
export async function spoilCancel(): Promise<{ rows: Row[]; strangers: number }> {
  // Longer than anybody waits for the answer to a wish to stop.
  const ground = await openGround(5)
  const stranger = await startStranger()
  const bad = await startBadAddresses()
  const cells = faults.map((fault, index): Cell => ({ fault, id: `cell-cancel-${index}-end` }))
  let now = () => 0
  const spoiler = new Spoiler(() => now())
  const cellOf = (text: string) => {
    const prompt = ground.google.starts.find(({ id }) => text.includes(id))?.prompt
    return cells.find(({ id }) => id === prompt)
  }
  const proxy = await startProxy(ground.google.url, stranger.url, ({ path }) => {
    const cell = path.includes('/cancel') ? cellOf(path) : undefined
    return cell && !isBeforeTheWire(cell.fault) ? spoiler.strike(cell.id, cell.fault) : null
  })
  const house = await openHouse({
    folder: ground.folder,
    googleUrl: proxy.url,
    model: (real, at) => ({
      ...real,
      cancel(name, handle, signal) {
        const fault = cellOf(handle)?.fault
        return (isBeforeTheWire(fault) ? at(bad.origins[fault]) : real).cancel(name, handle, signal)
      },
    }),
  })
  now = () => house.clock.now()
  const row = async ({ fault, id: prompt }: Cell): Promise<Row> => {
    const asked = { eventId: `test:${prompt}`, person, thread: 'test:thread', private: false, input: { prompt, model } }
    const { id } = (await house.commands.submit(asked)).operation
    await until(async () => {
      const row = await house.core.store.get(id)
      if (row?.status !== 'processing') throw new Error(`${prompt}: ${row?.status}, ${row?.errorCode}`)
    })
    const answer = await house.commands.cancel(id, person).catch(asVideoError)
    const ended = await until(async () => {
      const row = await house.core.store.get(id)
      if (!row || !isFinal(row.status) || row.deliveredMessage === null) throw new Error(`${fault}: ${row?.status}`)
      return row
    })
    const outcome = house.shown.get(id)?.findLast((each) => each.delivered)
    return {
      upstream: 'Google',
      step: 'cancel',
      fault,
      starts: ground.google.starts.filter((each) => each.prompt === prompt).length,
      charge: ended.charge,
      outcome: ended.errorCode ?? ended.status,
      meanwhile: answer instanceof Error ? [describeError(asVideoError(answer), 'en').text] : [],
      finally: `${outcome?.card.title}. ${outcome?.card.text}`,
      video: (outcome?.videoBytes ?? null) !== null,
    }
  }
  try {
    await house.begin()
    return { rows: await Promise.all(cells.map(row)), strangers: stranger.visits.length + bad.fooled.length }
  } finally {
    await house.close()
    await Promise.all([proxy.close(), stranger.close(), bad.close()])
    await ground.close()
  }
}
