import { describe, expect, it } from 'vitest'
import { hiderOf, Secret } from '../../src/config/secret.ts'
import { createLog } from '../../src/log.ts'

function logged(options: { level?: 'debug' | 'info' | 'warn' | 'error'; prompts?: boolean; isTTY?: boolean } = {}) {
  const lines: string[] = []
  const log = createLog({
    level: options.level ?? 'info',
    prompts: options.prompts ?? false,
    secrets: [new Secret('s3cret/"key"+'), new Secret('s3cret')],
    out: { isTTY: options.isTTY ?? false, write: (line) => lines.push(line) },
  })
  return { log, lines, first: () => JSON.parse(lines[0] ?? '{}') }
}

describe('the log', () => {
  it('writes one line of JSON an event', () => {
    const { log, lines, first } = logged()
    log.info({ operation: 'op-1', milliseconds: 12 }, 'started')
    expect(lines).toHaveLength(1)
    expect(first()).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      operation: 'op-1',
      milliseconds: 12,
      msg: 'started',
    })
  })

  it('keeps to its level', () => {
    const { log, lines } = logged({ level: 'warn' })
    log.debug({}, 'a')
    log.info({}, 'b')
    log.warn({}, 'c')
    log.error({}, 'd')
    expect(lines.map((line) => JSON.parse(line).msg)).toEqual(['c', 'd'])
  })

  it.each([false, true])('hides every secret wherever it stands (terminal: %s)', (isTTY) => {
    const { log, lines } = logged({ isTTY })
    const secret = 's3cret/"key"+'
    const cause = new TypeError(`fetch failed: ${secret}`, { cause: { headers: { 'x-goog-api-key': secret } } })
    const error = Object.assign(new Error(`GET /?key=${encodeURIComponent(secret)}`, { cause }), { body: secret })
    const all = new AggregateError([error, new Error(secret)], secret)
    log.error({ error, all, list: [secret], [secret]: 1, wrapped: new Secret(secret) }, `could not use ${secret}`)
    expect(lines).toHaveLength(1)
    expect(lines[0]).not.toContain('s3cret')
    expect(lines[0]).not.toContain('%22key%22')
    expect(lines[0]).toContain('[secret]')
    expect(lines[0]).toContain('fetch failed')
  })

  it('leaves words whole that hold a secret too short to be one', () => {
    const hide = hiderOf([new Secret('place'), new Secret('placed')])
    expect(hide('s3://outputs was replaced by placemats')).toBe('s3://outputs was re[secret] by placemats')
  })

  it('leaves prompts out unless they are wanted', () => {
    const quiet = logged()
    quiet.log.info({ prompt: 'a lion', request: { prompt: 'a lion', negativePrompt: 'rain', model: 'm' } }, 'asked')
    expect(quiet.lines[0]).not.toMatch(/lion|rain/)
    expect(quiet.first().request).toEqual({ model: 'm' })
    const open = logged({ prompts: true })
    open.log.info({ prompt: 'a lion' }, 'asked')
    expect(open.first().prompt).toBe('a lion')
  })

  it('survives cycles, great depth, bytes and throwing getters', () => {
    const { log, lines, first } = logged()
    const circle: Record<string, unknown> = { name: 'c' }
    circle.self = circle
    const deep = Array.from({ length: 50 }).reduce<object>((inside) => ({ inside }), {})
    const rude = Object.defineProperty({}, 'x', {
      enumerable: true,
      get: () => {
        throw new Error('no')
      },
    })
    log.info({ circle, deep, bytes: new Uint8Array(3), rude, big: 12n, time: 'mine' }, 'odd')
    expect(lines).toHaveLength(1)
    expect(first()).toMatchObject({
      circle: { name: 'c', self: '[circular]' },
      bytes: '[3 bytes]',
      rude: '[unreadable]',
      big: '12',
      time_: 'mine',
    })
  })

  it('is readable at a terminal, where no foreign text can break or steer the line', () => {
    const { log, lines } = logged({ isTTY: true })
    log.warn(
      { operation: 'op-1', name: 'a\n\u001b[2J\u009bb', error: new Error('no', { cause: new Error('why') }) },
      'kept\nwaiting',
    )
    expect(lines[0]).toMatch(
      /^\d\d:\d\d:\d\d WARN kept\\nwaiting operation=op-1 name=a\\n\\u001b\[2J\\u009bb error=Error: no \(because of Error: why\)\n$/,
    )
  })
})
