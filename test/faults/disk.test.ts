import fs from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readConfig } from '../../src/config.ts'
import { asVideoError, type VideoError } from '../../src/core/errors.ts'
import type { Operation } from '../../src/core/operation.ts'
import { describeError } from '../../src/core/wording.ts'
import { folderCheck } from '../../src/doctor/machine.ts'
import { startService } from '../../src/service.ts'
import { type House, openGround, openHouse, person, until } from './house.ts'

const real = { open: fs.open, writeFile: fs.writeFile }

/**
 * From now on the operating system refuses to write below that folder, with this code, as it would for everybody; returns
 * how often it was asked.
 */
function breakDisk(folder: string, code: string): () => number {
  let asked = 0
  const refused = () => {
    asked += 1
    return Promise.reject(Object.assign(new Error(`${code}: the disk says no`), { code }))
  }
  fs.open = async (path, flags, mode) => {
    const reads = flags === undefined || flags === 'r'
    return !reads && String(path).startsWith(folder) ? refused() : real.open(path, flags, mode)
  }
  fs.writeFile = (path, ...rest) => (String(path).startsWith(folder) ? refused() : real.writeFile(path, ...rest))
  syncBuiltinESMExports()
  return () => asked
}

function mendDisk(): void {
  Object.assign(fs, real)
  syncBuiltinESMExports()
}

describe('a disk that cannot take it', () => {
  let ground: Awaited<ReturnType<typeof openGround>>
  let house: House
  let outputs: string
  beforeEach(async () => {
    ground = await openGround()
    house = await openHouse({ folder: ground.folder, googleUrl: ground.google.url })
    outputs = join(ground.folder, 'outputs')
  })
  afterEach(async () => {
    mendDisk()
    await house.close()
    await ground.close()
  })

  const ask = async (name: string): Promise<Operation> => {
    const input = { prompt: name, model: 'fast' }
    const asked = { eventId: `test:${name}`, person, thread: 'test:thread', private: false, input }
    return (await house.commands.submit(asked)).operation
  }
  const row = async (id: string) => {
    const found = await house.core.store.get(id)
    if (!found) throw new Error('no row')
    return found
  }
  const refusalOf = (asked: Promise<unknown>): Promise<VideoError> =>
    asked.then(() => Promise.reject(new Error('it was accepted')), asVideoError)

  it.each(['ENOSPC', 'EROFS', 'EACCES', 'EDQUOT', 'EIO'])(
    '%s: what Google made waits there, nothing new is accepted, both with words, and all goes on when the disk does',
    async (code) => {
      const early = await ask('before')
      breakDisk(outputs, code)
      await house.begin()
      await until(async () => expect(await row(early.id)).toMatchObject({ status: 'processing', attempts: 1 }))
      await until(() => expect(house.core.health.trouble).not.toBeNull())
      expect((await house.commands.card(await row(early.id))).text).toContain('fetching the video did not work yet')
      const refused = await refusalOf(ask('meanwhile'))
      expect(describeError(refused, 'en').title).toBe('The video cannot be kept')
      expect(await house.core.store.getByEventId('test:meanwhile')).toBeNull()
      expect(await folderCheck(outputs).run(new AbortController().signal)).toMatchObject([{ ok: false }])

      mendDisk()
      await until(async () => expect(await row(early.id)).toMatchObject({ status: 'completed', charge: 'settled' }))
      await until(() => expect(house.core.health.trouble).toBeNull())
      await ask('afterwards')
      expect(ground.google.starts.filter(({ prompt }) => prompt === 'before')).toHaveLength(1)
    },
  )

  it('too little room: refused before anything is asked of Google', async () => {
    const roomy = house.core.files.ping
    house.core.files.ping = () => roomy.call(house.core.files, Number.MAX_SAFE_INTEGER)
    await house.begin()
    const told = /^only [\d.]+ MiB are free in .*outputs, and [\d.]+ MiB are needed$/
    await until(() => expect(house.core.health.trouble?.message).toMatch(told))
    expect(await refusalOf(ask('too much'))).toMatchObject({ code: 'storage' })
    house.core.files.ping = roomy
    await until(() => expect(house.core.health.trouble).toBeNull())
    await ask('enough')
  })

  it('whatever the host watches tells that nothing is accepted, and a stranger who asks makes nothing be written', async () => {
    const env = { PORT: '0', DATABASE_URL: `file:${join(ground.folder, 'second', 'dailies.db')}`, OUTPUTS_URL: outputs }
    const asked = breakDisk(outputs, 'ENOSPC')
    const service = await startService(readConfig(env), house.core.log)
    const ready = () => fetch(`${service.url}/readyz`)
    await until(async () => expect((await ready()).status).toBe(503))
    const before = asked()
    expect(await (await ready()).json()).toEqual({
      status: 'not_ready',
      checks: { database: 'ok', accepting: 'failed' },
    })
    expect(asked()).toBe(before)
    expect(await (await fetch(`${service.url}/metrics`)).text()).toContain('\ndailies_accepting 0\n')
    await service.stop()
  })

  it('an outputs folder that was deleted is made again', async () => {
    await house.begin()
    await fs.rm(outputs, { recursive: true, maxRetries: 20, retryDelay: 5 })
    const { id } = await ask('after the folder')
    await until(async () => expect(await row(id)).toMatchObject({ status: 'completed' }))
    expect(await fs.readdir(outputs)).toContain(`gen_video_${id}.mp4`)
  })
})
