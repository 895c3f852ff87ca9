import { createHash } from 'node:crypto'
import { readdir, rm, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import type { FilmOrder } from '../../src/rehearsal/film-order.ts'
import { drawStill } from '../../src/rehearsal/picture.ts'
import { developerClient, omni, rehearse, temporaryFolder } from './clients.ts'
import { readMp4 } from './mp4.ts'

const order: FilmOrder = {
  width: 640,
  height: 360,
  seconds: 4,
  prompt: 'A lion at dusk',
  label: 'Veo 3.1 Fast · 16:9 · 360p · 4 s',
  picture: null,
  mood: '9f3a77c2',
  sound: true,
}

/** How bright the part of a picture is in which the words stand, and how many of its pixels are white. */
async function whiteBelow(given: Partial<FilmOrder>): Promise<number> {
  const { rgb } = await drawStill({ ...order, ...given })
  let white = 0
  for (let at = 640 * 220 * 3; at < rgb.length; at += 3) {
    if (rgb.subarray(at, at + 3).every((value) => value > 240)) white += 1
  }
  return white
}

describe('the picture', () => {
  test('shows the words of the prompt: other words, another picture', async () => {
    const [one, same, other] = await Promise.all(
      ['A lion at dusk', 'A lion at dusk', 'A cat at dawn'].map((prompt) => drawStill({ ...order, prompt })),
    )
    expect(Buffer.compare(one?.rgb ?? Buffer.alloc(0), same?.rgb ?? Buffer.alloc(0))).toBe(0)
    expect(Buffer.compare(one?.rgb ?? Buffer.alloc(0), other?.rgb ?? Buffer.alloc(0))).not.toBe(0)
    expect(await whiteBelow({ prompt: 'A lion at dusk walks slowly' })).toBeGreaterThan(
      await whiteBelow({ prompt: 'I' }),
    )
  })

  test.each([
    ['Cyrillic', 'Лев на закате'],
    ['Arabic', 'أسد عند الغسق'],
    ['Japanese and an emoji', '夕暮れのライオン 🦁'],
    ['markup', '<b>A & B</b> </span>'],
    ['control characters', 'one\u0000two\u0007\nthree'],
    ['nothing to be seen', '\u200b'],
    ['halves of signs', '\ud83e lion \uffff'],
    ['more than fits', 'word '.repeat(2000)],
    ['one endless word', 'a'.repeat(3000)],
  ])('can be drawn from %s', async (_name, prompt) => {
    const { rgb } = await drawStill({ ...order, prompt })
    expect(rgb.length).toBe(640 * 360 * 3)
  })

  test('shows the first frame', async () => {
    const folder = await temporaryFolder()
    const picture = join(folder, 'red.jpg')
    await sharp({ create: { width: 200, height: 200, channels: 3, background: '#ff0000' } })
      .jpeg()
      .toFile(picture)
    const { rgb } = await drawStill({ ...order, picture })
    const middle = (640 * 130 + 320) * 3
    expect([...rgb.subarray(middle, middle + 3)]).toEqual([
      expect.closeTo(250, -1.5),
      expect.closeTo(0, -1),
      expect.closeTo(0, -1),
    ])
  })
})

describe('films on disk', () => {
  const film = async (url: string, input: string) => {
    const response_format = { type: 'video', resolution: '360p', duration: '3s' } as const
    const done = await developerClient({ url }).interactions.create(
      { model: omni, input, response_format },
      { maxRetries: 0 },
    )
    return Buffer.from(done.output_video?.data ?? '', 'base64')
  }
  const hash = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')

  test('the same request gives the same bytes, also rendered anew at another time; other words give others', async () => {
    const folder = await temporaryFolder()
    const { url } = await rehearse({ folder })
    const bytes = await film(url, 'A lion at dusk')
    const first = hash(bytes)
    // The muxer would write the time of day.
    expect(readMp4(bytes).madeAt).toBe(0)
    await rm(join(folder, 'films'), { recursive: true })
    expect(hash(await film(url, 'A lion at dusk'))).toBe(first)
    expect(hash(await film(url, 'A cat at dawn'))).not.toBe(first)
  })

  test('those wanted longest ago go when they take too much, and are rendered again when wanted', async () => {
    const folder = await temporaryFolder()
    const { url } = await rehearse({ folder, filmBytes: 1 })
    const first = await film(url, 'One')
    const [kept] = await readdir(join(folder, 'films'))
    await utimes(join(folder, 'films', kept ?? ''), 0, 0)
    await film(url, 'Two')
    await expect.poll(async () => (await readdir(join(folder, 'films'))).length).toBe(1)
    expect(await readdir(join(folder, 'films'))).not.toEqual([kept])
    expect(hash(await film(url, 'One'))).toBe(hash(first))
  })

  test('a video given for load is served to everybody, yet each copy is its own', async () => {
    const video = await film((await rehearse()).url, 'The only one')
    const { url } = await rehearse({ video })
    const [one, two] = [await film(url, 'A'), await film(url, 'A')]
    expect(one.length).toBeGreaterThan(video.length)
    expect(hash(one)).not.toBe(hash(two))
    expect(readMp4(one)).toEqual(readMp4(video))
  })
})
