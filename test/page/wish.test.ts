import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

describe('what the page asks for', () => {
  beforeEach(() => {
    const kept = new Map<string, string>()
    const getItem = (name: string) => kept.get(name) ?? null
    vi.stubGlobal('localStorage', { getItem, setItem: (name: string, value: string) => void kept.set(name, value) })
  })
  afterEach(() => {
    vi.unstubAllGlobals()
    vi.useRealTimers()
  })

  /** One more window, or the same one after a reload. */
  const openWindow = async () => {
    vi.resetModules()
    return import('../../src/bots/web/page/wish.ts')
  }

  it('has one key until it is answered, whatever other windows do meanwhile', async () => {
    const other = await openWindow()
    other.keyOf('something in the other window')
    other.answered('something in the other window')
    const window = await openWindow()
    const key = window.keyOf('a lion')
    other.keyOf('more in the other window')
    other.answered('more in the other window')
    const reloaded = await openWindow()
    expect(reloaded.keyOf('a lion')).toBe(key)
    reloaded.answered('a lion')
    expect(reloaded.keyOf('a lion')).not.toBe(key)
  })

  it('has one key also where the browser keeps nothing', async () => {
    vi.stubGlobal('localStorage', undefined)
    const window = await openWindow()
    expect(window.keyOf('a lion')).toBe(window.keyOf('a lion'))
  })

  it('is pressed twice within a second and a half, and not because the clock was set back', async () => {
    vi.useFakeTimers({ now: 10_000_000 })
    const { isPressedTwice } = await openWindow()
    expect([isPressedTwice('again'), isPressedTwice('again'), isPressedTwice('other')]).toEqual([false, true, false])
    vi.advanceTimersByTime(60_000)
    vi.setSystemTime(10_000_000 - 3_600_000)
    expect(isPressedTwice('again')).toBe(false)
  })
})
