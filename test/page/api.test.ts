import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { operationBody } from '../../src/bots/web/schemas.ts'
import { webEn } from '../../src/core/wording/web.en.ts'

describe('what the page says where the service gave no answer', () => {
  let ask: typeof import('../../src/bots/web/page/api.ts').ask
  beforeEach(async () => {
    const textContent = JSON.stringify({ lang: 'en', nonce: '', texts: webEn })
    vi.stubGlobal('document', { getElementById: () => ({ textContent }) })
    vi.resetModules()
    ask = (await import('../../src/bots/web/page/api.ts')).ask
  })
  afterAll(() => {
    vi.unstubAllGlobals()
  })

  /** A proxy's page, or no connection where there is no status. */
  const between = (status: number | null) =>
    vi.stubGlobal('fetch', async () => {
      if (status === null) throw new TypeError('Failed to fetch')
      return new Response('<html>nginx', { status, headers: { 'content-type': 'text/html' } })
    })
  const refused = (options: Parameters<typeof ask>[2]) => ask('/', operationBody, options).catch((thrown) => thrown)
  const making = { method: 'POST', body: {}, key: 'one' } as const
  const { signal } = new AbortController()

  it.each([
    ['looks', {}, /this page goes on by itself/],
    ['asks for a price', { method: 'POST', body: {}, signal }, /this page goes on by itself/],
    ['makes a video', making, /was not confirmed; press again in a moment, it will not be made twice\.$/],
    ['cancels', { method: 'POST', body: {} }, /was not confirmed; press again in a moment\.$/],
    ['deletes', { method: 'DELETE' }, /was not confirmed; press again in a moment\.$/],
  ] as const)('to whom %s: what is true of it, be nothing there or a proxy', async (_, options, sentence) => {
    for (const status of [null, 502, 503, 504]) {
      between(status)
      // 0 is asked again by itself.
      expect(await refused(options)).toMatchObject({ status: 0, message: expect.stringMatching(sentence) })
    }
  })

  /** A connection that has died without a word. */
  const silence = (_: string, { signal: given }: RequestInit) => {
    const { promise, reject } = Promise.withResolvers<Response>()
    given?.addEventListener('abort', () => reject(given.reason))
    if (given?.aborted) reject(given.reason)
    return promise
  }

  it('asks in browsers of 2022 too, which cannot join signals, and ends what nobody waits for any more', async () => {
    vi.spyOn(AbortSignal, 'any').mockImplementation(() => {
      throw new TypeError('AbortSignal.any is not a function')
    })
    vi.stubGlobal('fetch', silence)
    const page = new AbortController()
    const asked = refused({ signal: page.signal })
    page.abort(new Error('left'))
    expect(await asked).toMatchObject({ message: 'left' })
    expect(await refused({ signal: page.signal })).toMatchObject({ message: 'left' })
    vi.restoreAllMocks()
  })

  it('gives up a question whose connection has died without a word, and no wish', async () => {
    const limit = new AbortController()
    vi.spyOn(AbortSignal, 'timeout').mockReturnValue(limit.signal)
    vi.stubGlobal('fetch', silence)
    const looking = refused({})
    const wish = vi.fn()
    void refused(making).then(wish)
    limit.abort()
    expect(await looking).toMatchObject({ status: 0 })
    expect(wish).not.toHaveBeenCalled()
    vi.restoreAllMocks()
  })

  it('names what to do about a picture that a proxy lets not through', async () => {
    between(413)
    expect(await refused(making)).toMatchObject({ status: 413, message: expect.stringMatching(/Use smaller pictures/) })
  })
})
