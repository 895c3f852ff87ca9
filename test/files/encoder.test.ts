import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { findEncoder, planSmaller, smallerArguments } from '../../src/files/encoder.ts'
import { openFiles } from '../../src/files/open.ts'
import { mp4 } from './mp4-fixture.ts'
import { collectingLog, never, type Opened, openTemporaryFiles, refusalOf } from './setup.ts'

/** Where the shell of a stand-in program finds its tools; the program itself is named in full. */
const tools = '/usr/bin:/bin'
const toLast = 'for last; do :; done'

describe('with a program that stands in for ffmpeg', () => {
  let opened: Opened
  let program: string
  beforeEach(async () => {
    opened = await openTemporaryFiles()
    program = join(opened.folder, 'programs', 'ffmpeg')
    await mkdir(join(opened.folder, 'programs'))
  })
  afterEach(() => opened.close())

  /** Writes the program, which notes its arguments and then does what the script says; opens files that use it. */
  async function standIn(script: string) {
    await writeFile(program, `#!/bin/sh\necho "$@" >> "$0.calls"\nenv > "$0.env"\n${toLast}\n${script}\n`)
    await chmod(program, 0o755)
    const { log, lines } = collectingLog()
    const limits = { maxVideoBytes: 1_000_000, maxImageBytes: 1_000_000 }
    const origins = { imageOrigins: [], privateOrigins: [] }
    const settings = { folder: opened.folder, ffmpegPath: program, searchPath: tools, ...origins, ...limits }
    return { files: await openFiles(settings, log), lines }
  }
  const calls = async () => (await readFile(`${program}.calls`, 'utf8')).trim().split('\n')
  const video = { kind: 'bytes', bytes: mp4({ seconds: 8 }) } as const
  const left = async () => (await readdir(opened.folder)).filter((file) => file.startsWith('.part_'))

  it('a poster is saved beside the video, and the program sees none of our variables', async () => {
    const { files } = await standIn('echo picture > "$last"')
    const saved = await files.saveVideo('a', video, never)
    expect(saved.poster).toBe('gen_video_a.jpg')
    expect(await files.open('gen_video_a.jpg')).toMatchObject({ bytes: 8, mimeType: 'image/jpeg' })
    // One thread to read and one to write: for each more it keeps a whole picture, which at 4K is 60 MB.
    expect(await calls()).toEqual([
      expect.stringMatching(/ -ss 1\.000 -threads 1 -protocol_whitelist file -f mp4 -i file:.* -threads 1 -f image2 /),
    ])
    const names = (await readFile(`${program}.env`, 'utf8'))
      .trim()
      .split('\n')
      .map((line) => line.split('=')[0])
    expect(['_', 'OLDPWD', 'PATH', 'PWD', 'SHLVL']).toEqual(expect.arrayContaining(names))
    expect(await left()).toEqual([])
  })

  it.each(['exit 1', 'exit 0', 'echo half > "$last"; kill -9 $$'])(
    'a poster that fails (%s) does not fail the video',
    async (script) => {
      const { files, lines } = await standIn(script)
      const saved = await files.saveVideo('a', video, never)
      expect(saved).toMatchObject({ file: 'gen_video_a.mp4', poster: null })
      expect(lines.map((line) => line.message)).toEqual(['no poster could be made'])
      expect(await left()).toEqual([])
    },
  )

  it('a smaller copy can be read and removed by the name it has', async () => {
    const { files } = await standIn('head -c 900 /dev/zero > "$last"')
    await files.saveVideo('a', video, never)
    const copy = await files.smaller('gen_video_a.mp4', 1_000_000, never)
    expect(copy).toMatchObject({ bytes: 900, mimeType: 'video/mp4' })
    expect((await calls()).at(-1)).toMatch(/ -threads 2 .* -i file:.* -preset veryfast .* -threads 2 -f mp4 /)
    await files.remove(copy?.file ?? '')
    expect(await left()).toEqual([])
  })

  it('a copy that is still too large is tried once more at a lower rate and then given up', async () => {
    const { files } = await standIn('head -c 2000000 /dev/zero > "$last"')
    await files.saveVideo('a', video, never)
    expect(await files.smaller('gen_video_a.mp4', 1_000_000, never)).toBeNull()
    const rates = (await calls()).flatMap((call) => /-maxrate (\d+)/.exec(call)?.[1] ?? [])
    expect(rates).toHaveLength(2)
    expect(Number(rates[1])).toBeLessThan(Number(rates[0]))
    expect(await left()).toEqual([])
  })

  it('a copy that fails is none', async () => {
    const { files, lines } = await standIn('echo half > "$last"; echo broken pipe >&2; exit 1')
    await files.saveVideo('a', video, never)
    expect(await files.smaller('gen_video_a.mp4', 1_000_000, never)).toBeNull()
    expect(String(lines.at(-1)?.fields.error)).toContain('broken pipe')
    expect(await left()).toEqual([])
  })

  it('a copy stops with its caller and leaves nothing behind', async () => {
    const { files } = await standIn('case "$last" in *.mp4) echo half > "$last"; exec sleep 600;; esac')
    await files.saveVideo('a', video, never)
    const stop = new AbortController()
    const copying = refusalOf(files.smaller('gen_video_a.mp4', 1_000_000, stop.signal))
    await vi.waitFor(async () => expect(await left()).toHaveLength(1))
    stop.abort()
    expect(await copying).toMatchObject({ code: 'unreachable', retryable: true })
    expect(await left()).toEqual([])
  })

  it('there is no copy of a video that is not there, or of something else', async () => {
    const { files } = await standIn('echo copy > "$last"')
    expect(await files.smaller('gen_video_gone.mp4', 1_000_000, never)).toBeNull()
    expect(await files.smaller('../../etc/passwd', 1_000_000, never)).toBeNull()
  })

  it('the last frame is kept as an image, from the last second or else from the whole', async () => {
    const frame = { create: { width: 64, height: 36, channels: 3, background: '#00ff00' } } as const
    await sharp(frame).png().toFile(`${program}.png`)
    const { files } = await standIn('case "$*" in *-sseof*) ;; *) cp "$0.png" "$last";; esac')
    await files.saveVideo('a', video, never)
    const image = await files.lastFrame('gen_video_a.mp4')
    expect(image).toMatchObject({ kind: 'saved', mimeType: 'image/png', width: 64, height: 36 })
    expect((await files.readImage(image)).mimeType).toBe('image/png')
    expect((await calls()).slice(1)).toEqual([
      expect.stringContaining('-sseof -1'),
      expect.not.stringContaining('-sseof'),
    ])
    expect(await left()).toEqual([])
  })

  it('a last frame that cannot be had is explained', async () => {
    const { files } = await standIn('exit 1')
    await files.saveVideo('a', video, never)
    expect(await refusalOf(files.lastFrame('gen_video_a.mp4'))).toMatchObject({
      code: 'bad_image',
      facts: { why: 'no_frame' },
    })
    expect(await refusalOf(files.lastFrame('gen_video_gone.mp4'))).toMatchObject({
      code: 'bad_image',
      facts: { why: 'no_video' },
    })
  })

  it('it is found where the settings say, or on the search path, and only if it may be run', async () => {
    await standIn('')
    const folder = join(opened.folder, 'programs')
    const other = join(opened.folder, 'other')
    await mkdir(other)
    await writeFile(join(other, 'ffmpeg'), 'not a program')
    expect(await findEncoder(program, '')).toBe(program)
    expect(await findEncoder(null, `${other}:${folder}`)).toBe(program)
    expect(await findEncoder(null, `.:relative:${other}`)).toBeNull()
    expect(await findEncoder(join(other, 'ffmpeg'), folder)).toBeNull()
    expect(await findEncoder(null, '')).toBeNull()
  })
})

describe('the plan for a smaller copy', () => {
  const video = { seconds: 8, width: 1920, height: 1080 }

  it('stays below the size that is asked for', () => {
    for (const maxBytes of [500_000, 2_000_000, 10 * 1024 * 1024]) {
      const plan = planSmaller(video, maxBytes)
      const bytes = (((plan?.videoRate ?? Number.NaN) + (plan?.audioRate ?? 0)) * video.seconds) / 8
      expect(bytes).toBeLessThanOrEqual(maxBytes * 0.95)
      expect(bytes).toBeGreaterThan(maxBytes * 0.9)
    }
  })

  it('makes the picture smaller only where the rate is low', () => {
    expect(planSmaller(video, 10 * 1024 * 1024)?.height).toBeNull()
    expect(planSmaller(video, 3_000_000)?.height).toBe(720)
    expect(planSmaller({ ...video, width: 1080, height: 1920 }, 3_000_000)?.height).toBe(1280)
    expect(planSmaller({ ...video, width: 1280, height: 720 }, 3_000_000)?.height).toBeNull()
  })

  it('is none where nobody would want to watch it, or the length is not known', () => {
    expect(planSmaller(video, 50_000)).toBeNull()
    expect(planSmaller({ ...video, seconds: 0 }, 10_000_000)).toBeNull()
  })

  it('becomes arguments that name the rates, the size and one local input', () => {
    const args = smallerArguments('/in.mp4', '/out.mp4', { videoRate: 1_000_000, audioRate: 96_000, height: 720 })
    const line = args.join(' ')
    expect(line).toContain('-protocol_whitelist file -f mp4 -i file:/in.mp4')
    expect(line).toContain('-vf scale=-2:720')
    expect(line).toContain('-b:v 1000000 -maxrate 1000000 -bufsize 2000000')
    expect(args.at(-1)).toBe('/out.mp4')
  })
})
