import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { runTerminal } from '../../src/bots/terminal/index.ts'
import type { Submission } from '../../src/core/ports/commands.ts'
import { expectedAt, fakeCommands, type Step } from './fake-commands.ts'

const bornAt = expectedAt - 65_000
const processing: Step = { status: 'processing', handle: 'h', startedAt: bornAt + 1000 }
const completed: Step = { status: 'completed', videoFile: 'gen_video_0199-op.mp4', finishedAt: bornAt + 12_000 }
const refusal: Step = { status: 'error', errorCode: 'blocked_by_safety', charge: 'released', finishedAt: bornAt + 3000 }

interface Run {
  readonly script?: readonly Step[]
  readonly isTTY?: boolean
  /** Ctrl-C while it waits for the n-th time. */
  readonly stopAt?: number
  /** What was asked for earlier, by someone else. */
  readonly earlier?: Submission
  readonly npmOptions?: readonly string[]
}

async function run(
  argv: readonly string[],
  { script = [processing, completed], isTTY = false, stopAt = 0, earlier, npmOptions = [] }: Run = {},
) {
  const stop = new AbortController()
  let waits = 0
  const fake = fakeCommands(script, () => {
    waits += 1
    if (waits === stopAt) stop.abort()
  })
  if (earlier) await fake.commands.submit(earlier)
  const out: string[] = []
  const err: string[] = []
  const code = await runTerminal(argv, {
    commands: fake.commands,
    clock: fake.clock,
    stdout: { isTTY, columns: 60, write: (text) => out.push(text) },
    stderr: { isTTY, columns: 60, write: (text) => err.push(text) },
    outputsFolder: '/srv/outputs',
    npmOptions,
    signal: stop.signal,
  })
  return { code, out: out.join(''), err: err.join(''), submissions: fake.submissions, images: fake.images }
}

const folder = mkdtempSync(join(tmpdir(), 'dailies-terminal-'))
afterAll(() => rmSync(folder, { recursive: true }))
function file(name: string, content: string): string {
  writeFileSync(join(folder, name), content)
  return join(folder, name)
}

describe('a prompt', () => {
  it('is shown accepted with its price, on its way, and as the path of the file', async () => {
    const { code, out, err } = await run(['A', 'lion', 'at', 'dusk'])
    expect(code).toBe(0)
    expect(err).toBe('')
    const lines = out.trimEnd().split('\n')
    expect(lines[0]).toBe('Accepted')
    expect(lines[2]).toContain('Price: $0.80')
    expect(lines[3]).toBe('Operation: 0199-op')
    expect(lines).toContain('Accepted · 0 s')
    expect(lines.find((line) => line.startsWith('Google is making your video'))).toMatch(
      / · 1 s · expected at .*, in 64 s$/,
    )
    expect(lines.at(-1)).toBe('/srv/outputs/gen_video_0199-op.mp4')
  })

  it('at a terminal is one line that is rewritten and ends where it began', async () => {
    const idle = Array.from({ length: 20 }, (): Step => ({}))
    const { code, out } = await run(['A lion'], { isTTY: true, script: [processing, ...idle, completed] })
    expect(code).toBe(0)
    const live = out.split('\r\u001b[2K')
    expect(live.length).toBeGreaterThan(20)
    const rewritten = live.slice(1, -1)
    expect(rewritten.filter((line) => line.includes('\n') || line.length > 59)).toEqual([])
    expect(rewritten.at(-1)).toContain('21 s')
    expect(live.at(-1)).toMatch(/^Your video is ready\n/)
  })

  it('carries its options to core, numbers and all', async () => {
    const argv = ['A lion', '--aspect', '9:16', '--resolution', '720p', '--duration', '6s', '--model', 'lite']
    const { submissions } = await run([...argv, '--negative', 'rain'])
    expect(submissions[0]).toMatchObject({ thread: null, person: { id: 'terminal:local', admin: true } })
    expect(submissions[0]?.input).toMatchObject({
      prompt: 'A lion',
      aspectRatio: '9:16',
      resolution: '720p',
      durationSeconds: '6s',
      model: 'lite',
      negativePrompt: 'rain',
    })
  })

  it('has its images checked and kept before anything is submitted', async () => {
    const first = file('a.png', 'first')
    const last = file('b.png', 'last')
    const one = file('c.png', 'one')
    const { images, submissions } = await run(['A lion', '--image', first, '--last-frame', last])
    expect(images).toEqual(['first', 'last'])
    expect(submissions[0]?.input).toMatchObject({
      firstFrame: { file: 'uploads/first' },
      lastFrame: { file: 'uploads/last' },
    })
    const referring = await run(['A lion', '--reference', one, '--reference', last])
    expect(referring.submissions[0]?.input.references).toMatchObject([
      { file: 'uploads/one' },
      { file: 'uploads/last' },
    ])
  })

  it('twice is two Operations', async () => {
    const [a, b] = [await run(['A lion']), await run(['A lion'])]
    expect(a.submissions[0]?.eventId).not.toBe(b.submissions[0]?.eventId)
  })
})

describe('what cannot be understood or made', () => {
  const text = file('notes.txt', 'not an image')
  it.each([
    [[], 'Say what the video should show'],
    [['  '], 'Say what the video should show'],
    [['A lion', '--durration', '8'], "Unknown option '--durration'"],
    [['A lion', '--duration'], "Option '--duration <value>' argument missing"],
    [['A lion', '--follow', 'x'], 'Give either a prompt or --follow ID'],
    [['--follow', 'x', '--seed', '1'], 'leave out --seed'],
    [['A lion', '--image', '/nowhere/cat.png'], '--image /nowhere/cat.png: there is no such file'],
    [['A lion', '--reference', text], `--reference ${text}: This is not a PNG, JPEG or WebP image. Send one of these.`],
    [['A lion', '--duration', 'long'], 'Duration: “long” is not a number'],
    [['A lion', '--duration', '5', '--model', 'lite'], 'Possible: 4, 6, 8'],
    [['A lion', '--model', 'sora'], 'Model: “sora” is not possible'],
  ])('%j exits with 2, one message and nothing submitted', async (argv, sentence) => {
    const { code, out, err, submissions } = await run(argv)
    expect(code).toBe(2)
    expect(out).toBe('')
    expect(err).toContain(sentence)
    expect(err.trimEnd().split('\n')).toHaveLength(1)
    expect(submissions).toEqual([])
  })

  it('an option that npm kept for itself starts nothing, because its value is in the prompt', async () => {
    const { code, err, submissions } = await run(['A lion', '4'], { npmOptions: ['loglevel', 'json', 'duration'] })
    expect(code).toBe(2)
    expect(err).toContain('npm kept --duration for itself; write -- before the prompt')
    expect(submissions).toEqual([])
    expect((await run(['A lion'], { npmOptions: ['loglevel', 'json'] })).code).toBe(0)
  })

  it('--help explains every option', async () => {
    const { code, out } = await run(['--help'])
    expect(code).toBe(0)
    for (const option of ['image', 'last-frame', 'reference', 'aspect', 'resolution', 'duration', 'model', 'negative'])
      expect(out).toContain(`--${option} `)
    for (const option of ['seed', 'follow', 'json', 'help']) expect(out).toContain(`--${option} `)
  })
})

describe('a failure', () => {
  it('exits with 1 and says on the error output what happened and what to do', async () => {
    const { code, out, err } = await run(['A lion'], { script: [processing, refusal], isTTY: true })
    expect(code).toBe(1)
    expect(err).toContain('Google refused this for safety')
    expect(err).toContain('You were not charged.')
    expect(out.endsWith('\r\u001b[2K')).toBe(true)
  })
})

describe('Ctrl-C', () => {
  it('leaves the Operation and says how to follow it', async () => {
    const { code, out } = await run(['A lion'], { stopAt: 1, script: [processing] })
    expect(code).toBe(130)
    expect(out.trimEnd().split('\n').at(-1)).toBe(
      'It is kept and not lost. To follow it: npm run video -- --follow 0199-op',
    )
  })
})

describe('--follow', () => {
  const person = { id: 'discord:1', name: 'Eve\u001b[2J', workspace: 'discord:2', channel: null, roles: [] }
  const earlier: Submission = {
    eventId: 'discord:3',
    person: { ...person, admin: false, locale: 'de' },
    thread: 'discord:4:5',
    private: false,
    input: { prompt: 'A lion' },
  }

  it('goes on with an earlier one, submits nothing, and lets no name steer the terminal', async () => {
    const script = [{ ...processing, decidedBy: 'Eve\u001b[2J' }, completed]
    const { code, out, submissions } = await run(['--follow', '0199-op'], { earlier, script })
    expect(code).toBe(0)
    expect(submissions).toEqual([earlier])
    expect(out).toContain('Decided by: Eve [2J')
    expect(out.trimEnd().split('\n').at(-1)).toBe('/srv/outputs/gen_video_0199-op.mp4')
  })

  it('of an unknown Operation exits with 1', async () => {
    const { code, err } = await run(['--follow', 'nope'])
    expect(code).toBe(1)
    expect(err).toBe(
      'Not found. There is no such video here, or it is not yours to see. Look for it among your own videos.\n',
    )
  })
})

describe('--json', () => {
  it('prints one object on the standard output and nothing else there', async () => {
    const { code, out, err } = await run(['A lion', '--json'])
    expect(code).toBe(0)
    expect(out.trimEnd().split('\n')).toHaveLength(1)
    expect(JSON.parse(out)).toEqual({
      id: '0199-op',
      status: 'completed',
      model: 'veo-3.1-fast-generate-preview',
      aspectRatio: '16:9',
      resolution: '720p',
      durationSeconds: 8,
      priceUsd: 0.8,
      charge: 'reserved',
      elapsedSeconds: 12,
      path: '/srv/outputs/gen_video_0199-op.mp4',
      errorCode: null,
      message: 'Your video is ready. Done after 12 s.',
    })
    expect(err).toContain('Price: $0.80')
  })

  it('also of a failure, a refusal and an interruption', async () => {
    const failed = await run(['A lion', '--json'], { script: [processing, refusal] })
    expect(failed.code).toBe(1)
    expect(JSON.parse(failed.out)).toMatchObject({ status: 'error', errorCode: 'blocked_by_safety', path: null })
    const refused = await run(['A lion', '--json', '--duration', 'x'])
    expect(refused.code).toBe(2)
    expect(JSON.parse(refused.out)).toMatchObject({ status: 'error', errorCode: 'invalid_request' })
    const stopped = await run(['A lion', '--json'], { stopAt: 1, script: [processing] })
    expect(stopped.code).toBe(130)
    expect(JSON.parse(stopped.out)).toMatchObject({ id: '0199-op', status: 'processing' })
  })
})
