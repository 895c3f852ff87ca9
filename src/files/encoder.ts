import { spawn } from 'node:child_process'
import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import { delimiter, isAbsolute, join } from 'node:path'
import { Gate } from './gate.ts'

/** What the ffmpeg program does for us. Paths are absolute; `output` is overwritten and may be left half-written. */
export interface Encoder {
  /** A JPEG of the picture at that second. Gives up at once when many wait: a poster is no reason for a delay. */
  poster(input: string, output: string, atSeconds: number): Promise<void>
  /** A PNG of the very last picture. */
  lastFrame(input: string, output: string): Promise<void>
  /** A copy at that plan's rates. */
  smaller(input: string, output: string, plan: SmallerPlan, signal: AbortSignal): Promise<void>
}

/** How a copy is made small: bits a second, and the height to scale to or null to leave the size. */
export interface SmallerPlan {
  readonly videoRate: number
  readonly audioRate: number
  readonly height: number | null
}

/** Thrown where ffmpeg did not do it; the message is the end of what it wrote. */
class EncoderError extends Error {}

const frameTimeoutMs = 60_000
const posterTimeoutMs = 15_000
const copyTimeoutMs = 10 * 60_000
const maxWaitingPosters = 8
/** ffmpeg takes a thread for each core of the node, and for each a picture more is held: 60 MB at 4K. */
const pictureThreads = ['-threads', '1']
const copyThreads = ['-threads', '2']

/** The explicit program, or the first `ffmpeg` on the search path that may be run; null where there is none. */
export async function findEncoder(explicit: string | null, searchPath: string): Promise<string | null> {
  const folders = searchPath.split(delimiter).filter((folder) => isAbsolute(folder))
  const candidates = explicit === null ? folders.map((folder) => join(folder, 'ffmpeg')) : [explicit]
  for (const candidate of candidates) {
    const runs = await access(candidate, constants.X_OK).then(
      () => true,
      () => false,
    )
    if (runs) return candidate
  }
  return null
}

/**
 * Rates that make a video of that length fit into `maxBytes` with a twentieth to spare; smaller pictures where the rate
 * would smear large ones. Null where even the smallest would not be watchable.
 */
export function planSmaller(
  video: { readonly seconds: number; readonly width: number; readonly height: number },
  maxBytes: number,
): SmallerPlan | null {
  if (video.seconds <= 0) return null
  const rate = Math.floor((maxBytes * 8 * 0.95) / video.seconds)
  const audioRate = rate > 600_000 ? 96_000 : 48_000
  const videoRate = rate - audioRate
  if (videoRate < 100_000) return null
  const short = Math.min(video.width, video.height)
  const wanted = videoRate > 4_000_000 ? 1080 : videoRate > 1_500_000 ? 720 : 360
  if (short <= wanted) return { videoRate, audioRate, height: null }
  return { videoRate, audioRate, height: even((video.height * wanted) / short) }
}

/** H.264 wants even sides. */
function even(length: number): number {
  return Math.round(length / 2) * 2
}

/** The ffmpeg arguments for a plan; one pass with a ceiling, which is within a few per cent and twice as fast as two. */
export function smallerArguments(input: string, output: string, plan: SmallerPlan): string[] {
  const rate = String(plan.videoRate)
  return [
    ...common(input, copyThreads),
    ...(plan.height === null ? [] : ['-vf', `scale=-2:${plan.height}`]),
    ...['-map', '0:v:0', '-map', '0:a:0?', '-map_metadata', '-1'],
    ...['-c:v', 'libx264', '-preset', 'veryfast', '-pix_fmt', 'yuv420p'],
    ...['-b:v', rate, '-maxrate', rate, '-bufsize', String(plan.videoRate * 2)],
    ...['-c:a', 'aac', '-b:a', String(plan.audioRate), '-movflags', '+faststart'],
    ...[...copyThreads, '-f', 'mp4', output],
  ]
}

/** `before` goes in front of the input, such as where to seek. */
function common(input: string, before: readonly string[]): string[] {
  const quiet = ['-nostdin', '-hide_banner', '-loglevel', 'error', '-y']
  // Only a local MP4: a playlist in its place could name other files and addresses.
  return [...quiet, ...before, '-protocol_whitelist', 'file', '-f', 'mp4', '-i', `file:${input}`]
}

function pictureArguments(input: string, output: string, before: readonly string[], how: readonly string[]): string[] {
  const picture = ['-map', '0:v:0', ...how, ...pictureThreads, '-f', 'image2', '-update', '1', output]
  return [...common(input, [...before, ...pictureThreads]), ...picture]
}

/** The program behind the interface: two pictures and one copy at a time. */
export function openEncoder(program: string, searchPath: string): Encoder {
  const pictures = new Gate(2)
  const copies = new Gate(1)
  const run = (args: readonly string[], timeoutMs: number, signal?: AbortSignal) =>
    runProgram(program, args, searchPath, timeoutMs, signal)
  return {
    async poster(input, output, atSeconds) {
      if (pictures.waiting >= maxWaitingPosters) throw new EncoderError('too many posters are waiting')
      const how = ['-frames:v', '1', '-q:v', '3']
      const args = pictureArguments(input, output, ['-ss', atSeconds.toFixed(3)], how)
      await pictures.run(() => run(args, posterTimeoutMs))
    },
    async lastFrame(input, output) {
      await pictures.run(async () => {
        // Each picture overwrites the one before, so that the last one stays; the last second holds it, unless the
        // sound goes on for longer than the pictures, and then all of it is looked at.
        const png = ['-c:v', 'png', '-compression_level', '0']
        await run(pictureArguments(input, output, ['-sseof', '-1'], png), frameTimeoutMs).catch(() => {})
        if (!(await isThere(output))) await run(pictureArguments(input, output, [], png), frameTimeoutMs)
      })
    },
    async smaller(input, output, plan, signal) {
      await copies.run(() => run(smallerArguments(input, output, plan), copyTimeoutMs, signal))
    },
  }
}

async function isThere(file: string): Promise<boolean> {
  const found = await stat(file).catch(() => null)
  return found !== null && found.size > 0
}

/** Resolves when the program ends well. It inherits no variable of ours but the search path: the others hold keys. */
function runProgram(
  program: string,
  args: readonly string[],
  searchPath: string,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { PATH: searchPath },
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
      ...(signal ? { signal } : {}),
    })
    let complaint = ''
    child.on('error', (cause) => reject(new EncoderError(`ffmpeg did not run: ${cause.message}`, { cause })))
    // Where no more files can be opened there is no pipe either, whatever the types say.
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      complaint = (complaint + text).slice(-500)
    })
    child.on('close', (code, killedBy) => {
      if (code === 0) resolve()
      else reject(new EncoderError(`ffmpeg ended with ${killedBy ?? code}: ${complaint}`))
    })
  })
}
