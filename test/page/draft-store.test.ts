import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { emptyDraft } from '../../src/bots/web/page/draft.ts'
import { keepWords, loadWords } from '../../src/bots/web/page/draft-store.ts'

function storage() {
  const kept = new Map<string, string>()
  return {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, value: string) => void kept.set(name, value),
    clear: () => kept.clear(),
  }
}

describe('what is being written, in several windows', () => {
  let shared: ReturnType<typeof storage>
  beforeEach(() => {
    shared = storage()
    vi.stubGlobal('localStorage', shared)
  })
  afterEach(() => {
    vi.unstubAllGlobals()
  })

  /** One more window; each function is called in it. */
  const openWindow = () => {
    const own = storage()
    const within = <T>(act: () => T) => {
      vi.stubGlobal('sessionStorage', own)
      return act()
    }
    return {
      write: (prompt: string) => within(() => keepWords({ ...emptyDraft, prompt })),
      reload: () => within(loadWords).prompt,
    }
  }

  it('survives a reload in each of them; a new one begins with what was written last', () => {
    const [one, other] = [openWindow(), openWindow()]
    one.write('A long prompt that took ten minutes')
    other.write('b')
    expect([one.reload(), other.reload(), openWindow().reload()]).toEqual([
      'A long prompt that took ten minutes',
      'b',
      'b',
    ])
  })

  it('is there for nobody in any window after somebody signed out in one', () => {
    const [one, other] = [openWindow(), openWindow()]
    one.write('Nobody else’s business')
    shared.clear()
    other.write('Of the next one')
    expect(one.reload()).toBe('Of the next one')
  })
})
