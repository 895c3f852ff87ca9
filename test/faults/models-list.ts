import { OfferedModels } from '../../src/core/context.ts'
import { createVideoModel } from '../../src/veo/services.ts'
import { silentLog } from '../db/memory-store.ts'
import { startBadAddresses } from './addresses.ts'
import { type FaultName, faults, isBeforeTheWire } from './faults.ts'
import { openGround } from './house.ts'
import { startProxy, startStranger } from './proxy.ts'
import type { Row } from './table.ts'

/** Every fault when Google is asked which models there are: once, of the two services that are asked. */
export async function spoilModels(): Promise<{ rows: Row[]; strangers: number }> {
  const ground = await openGround()
  const stranger = await startStranger()
  const bad = await startBadAddresses()
  const offeredAt = async (geminiBaseUrl: string) => {
    const services = ['developer', 'omni'] as const
    const timeOuts = { start: 2_000, idle: 2_000 }
    const settings = { services, apiKey: 'AIza-a-key', geminiBaseUrl, vertex: null, requestsPerSecond: 1000, timeOuts }
    const offered = new OfferedModels([])
    await offered.refresh(createVideoModel(settings, silentLog), silentLog, new AbortController().signal)
    return offered.list().map(({ id }) => id)
  }
  const usable = await offeredAt(ground.google.url)
  const row = async (fault: FaultName): Promise<Row> => {
    let asked = 0
    const proxy = await startProxy(ground.google.url, stranger.url, () => {
      asked += 1
      return asked === 1 || fault === 'ten-minute outage' ? fault : null
    })
    const offered = await offeredAt(isBeforeTheWire(fault) ? bad.origins[fault] : proxy.url)
    await proxy.close()
    const all = usable.every((id) => offered.includes(id))
    return {
      upstream: 'Google',
      step: 'list of models',
      fault,
      starts: 0,
      charge: 'none',
      outcome: all ? 'all offered' : `offered: ${offered.join()}`,
      meanwhile: [],
      finally: all ? 'every model on offer' : 'fewer models',
      video: false,
    }
  }
  try {
    return { rows: await Promise.all(faults.map(row)), strangers: stranger.visits.length + bad.fooled.length }
  } finally {
    await Promise.all([stranger.close(), bad.close(), ground.close()])
  }
}
