import { inFolder, startChild } from '../parts/children.ts'
import { inTurn, median } from '../parts/figures.ts'
import { backMemory } from '../parts/machine.ts'
import { atLeast, atMost, type Outcome, type Row, type Scale, whole } from '../parts/outcome.ts'
import { startGoogle, usualEnvironment, usualOptions } from '../parts/service.ts'
import type { TransferOrder, Transferred } from '../parts/transfer.ts'

const goal = 'at least 0.9x undici’s bare pipeline with fsync; at most 2 MB of memory for each'
const videoBytes = 20_000_000
const megabyte = 1_000_000

/** Downloads to disk with every check, against undici's pipeline with fsync; both ways in processes of their own. */
export async function measure({ quick, rounds }: Scale): Promise<Outcome> {
  const google = await startGoogle({ videoBytes, takes: 0 })
  try {
    const url = `${google.said}/v1beta/files/made1:download?alt=media`
    const rows: Row[] = []
    const groups: { label: string; values: number[] }[] = []
    /** Of one download alone, megabytes: mostly what Node keeps for any number of them. */
    let alone = Number.NaN
    for (const atOnce of quick ? [1, 16] : [1, 16, 64]) {
      const memory: number[] = []
      const once = (way: TransferOrder['way']) => async () => {
        const files = Math.max(atOnce, quick ? 8 : 32)
        const done = await inFolder((folder) => transfer({ way, atOnce, files, url, folder }))
        if (way === 'here') memory.push(done.memory / megabyte)
        return (files * videoBytes) / megabyte / (done.milliseconds / 1000)
      }
      const speed = await inTurn(quick ? 2 : Math.min(3, rounds), { here: once('here'), bare: once('bare') })
      const ratios = speed.here.map((each, round) => each / (speed.bare[round] ?? Number.NaN))
      rows.push(atLeast(`transfer: ${atOnce} at once`, 'at least 0.9x bare', median(ratios), 'x', 0.9))
      if (atOnce === 1) alone = median(memory)
      else {
        const each = Math.max(0, (median(memory) - alone) / (atOnce - 1))
        rows.push(atMost(`transfer: ${atOnce} at once, memory`, 'at most 2 MB for each more', each, 'MB', 2))
      }
      groups.push({ label: `${atOnce} at once`, values: [median(speed.here), median(speed.bare)] })
    }
    const shown = rows.find((row) => row.name.includes('16 at once')) ?? rows[0]
    if (!shown) throw new Error('no rows')
    return {
      rows: [whole('transfer', goal, shown, rows), ...rows],
      plots: [
        {
          name: 'transfer',
          title: 'Downloads of 20 MB to disk, with fsync',
          unit: 'MB/s',
          series: ['here', 'bare'],
          groups,
        },
      ],
      notes: [
        'Here: with redirects followed by hand, size, hash, the boxes of the MP4, fsync of file and folder, rename. Bare: request, pipeline, fsync. Memory is the peak of the process over what it held before, less that of one download alone (' +
          `${alone.toFixed(0)} MB, which Node keeps once), for each further download.`,
      ],
    }
  } finally {
    await google.end()
  }
}

async function transfer(order: TransferOrder): Promise<Transferred> {
  await backMemory(order.folder)
  const child = await startChild({
    program: 'bench/parts/transfer.ts',
    node: [...usualOptions(), '--expose-gc'],
    env: usualEnvironment(),
    args: [JSON.stringify(order)],
  })
  await child.end()
  return JSON.parse(child.said) as Transferred
}
