import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import type { Service } from '../../src/core/models.ts'
import type { FaultKind } from '../../src/rehearsal/faults.ts'
import { startRehearsal } from '../../src/rehearsal/server.ts'
import { createVideoModel } from '../../src/veo/services.ts'
import { type ModelFault, type ModelStage, modelContract } from '../contracts/model.ts'
import { impatient, memoryLog, orderFor, patient, settingsFor } from './setup.ts'

const never = new AbortController().signal

const kinds: Readonly<Record<ModelFault, FaultKind>> = {
  reset_before: 'reset_before',
  reset_after: 'reset_after',
  hang: 'hang',
  server_error: 'server_error',
  too_many: 'quota',
  overloaded: 'unavailable',
}

async function stageOf(service: Service): Promise<ModelStage> {
  const folder = await mkdtemp(join(tmpdir(), 'dailies-veo-'))
  const video = Buffer.from('\0\0\0\u0018ftypmp42\0\0\0\0mp42mp41')
  const rehearsal = await startRehearsal({ folder, seconds: 600, video })
  const timeOuts = { ...patient }
  return {
    model: createVideoModel(settingsFor([service], rehearsal.url, { timeOuts }), memoryLog()),
    order: orderFor(service),
    refusedOrder: orderFor(service, { prompt: 'rehearse: safety' }),
    cancels: service === 'omni',
    keeps: service === 'omni',
    starts: () => rehearsal.requests.filter((each) => each.route === 'start').length,
    fault(step, fault) {
      if (fault === 'hang') Object.assign(timeOuts, impatient)
      rehearsal.fault({ route: step, kind: kinds[fault] })
    },
    finish: () => rehearsal.finish(),
    async stop() {
      await rehearsal.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

modelContract('Veo on the Developer API, in rehearsal', () => stageOf('developer'))
modelContract('Veo on Vertex AI, in rehearsal', () => stageOf('vertex'))
modelContract('Gemini Omni, in rehearsal', () => stageOf('omni'))

describe('orders of every kind', () => {
  it.each(['developer', 'vertex', 'omni'] as const)(
    'are understood by a service that checks them: %s',
    async (service) => {
      const folder = await mkdtemp(join(tmpdir(), 'dailies-veo-'))
      const rehearsal = await startRehearsal({ folder, seconds: 0, video: Buffer.from('\0\0\0\u0018ftypmp42') })
      const model = createVideoModel(settingsFor([service], rehearsal.url), memoryLog())
      const bytes = await sharp({ create: { width: 64, height: 36, channels: 3, background: '#204060' } })
        .png()
        .toBuffer()
      const image = { bytes, mimeType: 'image/png' }
      const plain = orderFor(service)
      const first = await model.start(plain, never)
      const seen = await model.check(plain.request.model, first, never)
      const parent = { handle: first, sourceUri: seen.state === 'done' ? seen.sourceUri : null }
      const orders = [
        orderFor(service, {}, { firstFrame: image, lastFrame: image }),
        orderFor(service, {}, { references: [image, image] }),
        orderFor(service, { aspectRatio: '9:16', resolution: '1080p' }),
      ]
      // On Vertex only a video in Cloud Storage can be built on; on the Developer API words alone take no allow_adult.
      if (service !== 'vertex') orders.push(orderFor(service, { builds: 'extend', durationSeconds: 7 }, { parent }))
      if (service === 'omni') orders.push(orderFor(service, { builds: 'edit' }, { parent }))
      else orders.push(orderFor(service, { negativePrompt: 'rain' }))
      if (service === 'vertex') orders.push(orderFor(service, { personGeneration: 'allow_adult', seed: 7 }))
      for (const order of orders) expect(await model.start(order, never)).not.toBe('')
      expect(rehearsal.starts).toHaveLength(1 + orders.length)
      await rehearsal.close()
      await rm(folder, { recursive: true, force: true })
    },
  )
})
