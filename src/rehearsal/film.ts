import { writeFile } from 'node:fs/promises'
import { registerAacEncoder } from '@mediabunny/aac-encoder'
import h264 from 'h264-mp4-encoder'
import {
  AudioSample,
  AudioSampleSource,
  BufferSource,
  BufferTarget,
  EncodedPacket,
  EncodedPacketSink,
  EncodedVideoPacketSource,
  Input,
  MP4,
  Mp4OutputFormat,
  Output,
} from 'mediabunny'
import { type FilmOrder, framesPerSecond } from './film-order.ts'
import { drawStill, type Still } from './picture.ts'
import { sampleRate, soundOfSecond } from './sound.ts'

/**
 * Writes a playable MP4 (H.264, AAC) to `path`. One second is drawn and encoded as a closed group of pictures and then
 * repeated, which makes a film of any length cost about as much as one second.
 */
export async function makeFilm(order: FilmOrder, path: string): Promise<void> {
  registerAacEncoder()
  const second = await encodeSecond(await drawStill(order), order)
  const input = new Input({ source: new BufferSource(second), formats: [MP4] })
  const track = await input.getPrimaryVideoTrack()
  const decoderConfig = await track?.getDecoderConfig()
  if (!track || !decoderConfig) throw new Error('the encoder gave no video track')
  const group: EncodedPacket[] = []
  for await (const packet of new EncodedPacketSink(track).packets()) group.push(packet)

  const output = new Output({ format: new Mp4OutputFormat({ fastStart: 'in-memory' }), target: new BufferTarget() })
  const pictures = new EncodedVideoPacketSource('avc')
  output.addVideoTrack(pictures, { frameRate: framesPerSecond })
  const sound = order.sound ? new AudioSampleSource({ codec: 'aac', bitrate: 96_000 }) : null
  if (sound) output.addAudioTrack(sound)
  await output.start()
  for (let second = 0; second < order.seconds; second += 1) {
    for (const [index, { data }] of group.entries()) {
      const at = second + index / framesPerSecond
      // The encoder's own file calls every picture a key picture, which breaks seeking.
      const type = index === 0 ? 'key' : 'delta'
      await pictures.add(new EncodedPacket(data, type, at, 1 / framesPerSecond), { decoderConfig })
    }
    if (sound) await addSecond(sound, order, second)
  }
  await output.finalize()
  if (!output.target.buffer) throw new Error('the muxer gave no file')
  const film = Buffer.from(output.target.buffer)
  withoutTimes(film, 0, film.length)
  await writeFile(path, film)
}

/** Zeroes the times at which the file says that it was made: the same order must give the same bytes. */
function withoutTimes(film: Buffer, from: number, to: number): void {
  for (let at = from; at + 8 <= to; at += film.readUInt32BE(at)) {
    const type = film.toString('latin1', at + 4, at + 8)
    // Both times are 32 bits wide in version 0, which the muxer writes until 2040.
    if (['mvhd', 'tkhd', 'mdhd'].includes(type)) film.fill(0, at + 12, at + 20)
    if (['moov', 'trak', 'mdia'].includes(type)) withoutTimes(film, at + 8, at + film.readUInt32BE(at))
  }
}

async function addSecond(sound: AudioSampleSource, order: FilmOrder, second: number): Promise<void> {
  const data = soundOfSecond(order.mood, second, order.seconds)
  const sample = new AudioSample({ data, format: 'f32', numberOfChannels: 1, sampleRate, timestamp: second })
  await sound.add(sample)
  sample.close()
}

async function encodeSecond(still: Still, order: FilmOrder): Promise<Uint8Array> {
  const encoder = await h264.createH264MP4Encoder()
  try {
    encoder.width = order.width
    encoder.height = order.height
    encoder.frameRate = framesPerSecond
    encoder.speed = 10
    encoder.quantizationParameter = 25
    encoder.groupOfPictures = framesPerSecond
    encoder.initialize()
    const base = toYuv(still.rgb, order.width, order.height)
    const turns = turnsOfDial(still, order)
    for (let frame = 0; frame < framesPerSecond; frame += 1) {
      const picture = base.slice()
      sweep(picture, turns, frame)
      travel(picture, still, order, frame)
      encoder.addFrameYuv(picture)
    }
    encoder.finalize()
    const file = encoder.FS.readFile(encoder.outputFilename, { encoding: 'binary' }).slice()
    encoder.FS.unlink(encoder.outputFilename)
    return file
  } finally {
    encoder.delete()
  }
}

/** BT.709, limited range, 4:2:0: a plane of brightness and two of colour at half size. */
function toYuv(rgb: Uint8Array, width: number, height: number): Uint8Array {
  const size = width * height
  const yuv = new Uint8Array((size * 3) / 2)
  for (let pixel = 0, at = 0; pixel < size; pixel += 1, at += 3) {
    yuv[pixel] = 16.5 + 0.1826 * (rgb[at] ?? 0) + 0.6142 * (rgb[at + 1] ?? 0) + 0.062 * (rgb[at + 2] ?? 0)
  }
  // One sample of four: the colours of these pictures are smooth, and the words are white.
  let blue = size
  let red = size + size / 4
  for (let y = 0; y < height; y += 2) {
    for (let x = 0; x < width; x += 2) {
      const at = (y * width + x) * 3
      const [r, g, b] = [rgb[at] ?? 0, rgb[at + 1] ?? 0, rgb[at + 2] ?? 0]
      yuv[blue++] = 128.5 - 0.1006 * r - 0.3386 * g + 0.4392 * b
      yuv[red++] = 128.5 + 0.4392 * r - 0.3989 * g - 0.0403 * b
    }
  }
  return yuv
}

/** The dial's pixels, and where on the way round each lies: 0 to 1, clockwise from twelve. */
interface Turns {
  readonly pixels: Uint32Array
  readonly turns: Float32Array
}

function turnsOfDial({ dial }: Still, { width }: FilmOrder): Turns {
  const reach = Math.ceil(dial.radius * 0.84)
  const pixels = new Uint32Array((2 * reach + 1) ** 2)
  const turns = new Float32Array(pixels.length)
  let count = 0
  for (let dy = -reach; dy <= reach; dy += 1) {
    for (let dx = -reach; dx <= reach; dx += 1) {
      if (dx * dx + dy * dy >= reach * reach) continue
      pixels[count] = (Math.round(dial.y) + dy) * width + Math.round(dial.x) + dx
      turns[count] = (Math.atan2(dx, -dy) / (2 * Math.PI) + 1) % 1
      count += 1
    }
  }
  return { pixels: pixels.subarray(0, count), turns: turns.subarray(0, count) }
}

/** The hand of the leader: what it has passed in this second is lit, most where it was last. */
function sweep(picture: Uint8Array, { pixels, turns }: Turns, frame: number): void {
  const hand = (frame + 1) / framesPerSecond
  for (let index = 0; index < pixels.length; index += 1) {
    const behind = hand - (turns[index] ?? 0)
    if (behind < 0) continue
    const pixel = pixels[index] ?? 0
    picture[pixel] = Math.min(225, (picture[pixel] ?? 0) + 18 + 46 * (1 - behind) ** 3)
  }
}

/** A light that runs along the bottom once a second. */
function travel(picture: Uint8Array, { track }: Still, { width }: FilmOrder, frame: number): void {
  const centre = ((frame + 0.5) / framesPerSecond) * width
  const half = Math.round(width * 0.09)
  for (let x = Math.max(0, Math.round(centre - half)); x < Math.min(width, centre + half); x += 1) {
    const glow = 150 * Math.cos(((x - centre) / half) * (Math.PI / 2)) ** 2
    for (let y = track.y; y < track.y + track.height; y += 1) {
      picture[y * width + x] = Math.min(235, (picture[y * width + x] ?? 0) + glow)
    }
  }
}
