import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type House, openGround, openHouse, person, until } from '../faults/house.ts'

const hour = 3_600_000

describe('a finished video whose file is deleted before it was delivered', () => {
  let ground: Awaited<ReturnType<typeof openGround>>
  let house: House
  const removal = { atStep: () => {} }
  /** Called synchronously when the file has its name and the row does not say so yet. */
  const onStep = (message: unknown) => {
    if ((message as { step: string }).step === 'video saved') removal.atStep()
  }
  beforeEach(async () => {
    ground = await openGround()
    house = await openHouse({ folder: ground.folder, googleUrl: ground.google.url })
    subscribe('dailies:step', onStep)
  })
  afterEach(async () => {
    unsubscribe('dailies:step', onStep)
    await house.close()
    await ground.close()
  })

  async function ask(): Promise<string> {
    const asked = { eventId: 'test:gone', person, thread: 'test:thread', private: false, input: { prompt: 'gone' } }
    const { id } = (await house.commands.submit(asked)).operation
    removal.atStep = () => rmSync(join(ground.folder, 'outputs', `gen_video_${id}.mp4`))
    return id
  }
  const delivered = (id: string) =>
    until(() => {
      const outcome = house.shown.get(id)?.find((each) => each.delivered)
      if (!outcome) throw new Error('nothing was delivered')
      return outcome
    })
  const downloads = () => ground.google.requests.filter(({ route }) => route === 'download')

  it('is fetched from Google again and delivered, with one start', async () => {
    const id = await ask()
    await house.begin()
    const { videoBytes } = await delivered(id)
    const row = await house.core.store.get(id)
    expect(videoBytes).toBe(row?.videoBytes)
    expect(row).toMatchObject({ status: 'completed', retiredAt: null, charge: 'settled' })
    expect(ground.google.starts).toHaveLength(1)
    expect(downloads()).toHaveLength(2)
  })

  it('is waited for while Google does not know it, and while Google cannot be reached', async () => {
    ground.google.fault({ route: 'download', kind: 'unavailable', after: 1, times: 2 })
    const id = await ask()
    const remove = removal.atStep
    removal.atStep = () => {
      remove()
      ground.google.fault({ route: 'check', kind: 'lost', times: 1 })
    }
    await house.begin()
    expect((await delivered(id)).videoBytes).toBeGreaterThan(0)
    expect(downloads().map(({ status }) => status)).toEqual([200, 503, 503, 200])
    expect(ground.google.starts).toHaveLength(1)
  })

  it.each<[string, (id: string) => void]>([
    [
      'has been there for two days',
      (id) => void house.core.store.change(id, {}, { seenDoneAt: house.clock.now() - 48 * hour }),
    ],
    ['was deleted there', () => ground.google.fault({ route: 'download', kind: 'lost', times: 'forever' })],
  ])('is said to be gone where it %s', async (_, over) => {
    const id = await ask()
    const remove = removal.atStep
    removal.atStep = () => {
      remove()
      over(id)
    }
    await house.begin()
    const { videoBytes, card } = await delivered(id)
    expect(videoBytes).toBeNull()
    expect(card.title).toBe('The file of this video is gone')
    expect(card.buttons.map(({ action }) => action)).toEqual(['again', 'edit_prompt', 'delete'])
    expect((await house.core.store.get(id))?.retiredAt).not.toBeNull()
    expect(ground.google.starts).toHaveLength(1)
  })

  it('is said to be gone where what Google gives is another video', async () => {
    const { saveVideo } = house.core.files
    let saves = 0
    house.core.files.saveVideo = async (operationId, source, signal) => {
      const saved = await saveVideo.call(house.core.files, operationId, source, signal)
      saves += 1
      return saves === 1 ? saved : { ...saved, hash: 'another' }
    }
    const id = await ask()
    await house.begin()
    expect((await delivered(id)).videoBytes).toBeNull()
    expect(await house.core.files.open(`gen_video_${id}.mp4`)).toBeNull()
  })
})
