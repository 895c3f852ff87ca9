import { useRef } from 'react'
import { z } from 'zod'
import { newKey } from './api.ts'

const storageName = 'dailies.wish'

const wishShape = z.object({ asked: z.string(), key: z.string() })
type Wish = z.output<typeof wishShape>

const none: Wish = { asked: '', key: '' }

/**
 * The key under which something is asked. What got no answer may have arrived all the same: until the answer is there the
 * same wish keeps its key, over a reload too.
 */
export function useWish() {
  const wish = useRef<Wish | null>(null)
  const keep = (next: Wish) => {
    wish.current = next
    try {
      localStorage.setItem(storageName, JSON.stringify(next))
    } catch {
      // Without storage it lives as long as the page.
    }
  }
  return {
    keyOf(asked: string): string {
      const before = wish.current ?? load()
      if (before.asked === asked) return before.key
      const key = newKey()
      keep({ asked, key })
      return key
    },
    granted: () => keep(none),
  }
}

function load(): Wish {
  try {
    return wishShape.parse(JSON.parse(localStorage.getItem(storageName) ?? ''))
  } catch {
    return none
  }
}
