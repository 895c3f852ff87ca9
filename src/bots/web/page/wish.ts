import { z } from 'zod'

const storageName = 'dailies.wishes'
const mostKept = 20
/** A second press so soon is the same one, in milliseconds. */
const doubleClickMilliseconds = 1_500

const shape = z.record(z.string(), z.string())

/** Where there is no storage, which all windows share: then they live as long as the page. */
let unanswered: Readonly<Record<string, string>> | null = null
const pressedAt = new Map<string, number>()

/**
 * The key under which something is asked. What got no answer may have arrived all the same: until its answer is there the
 * same wish keeps its key, over a reload too.
 */
export function keyOf(asked: string): string {
  const known = load()
  const key = known[asked] ?? newKey()
  keep({ ...known, [asked]: key })
  return key
}

/** The answer is there: the same once more is another wish. */
export function answered(asked: string): void {
  const { [asked]: _, ...others } = load()
  keep(others)
}

/** Whether it was pressed a moment ago; an answer may be faster than the second half of a double click. */
export function isPressedTwice(asked: string): boolean {
  const now = performance.now()
  const isSecond = now - (pressedAt.get(asked) ?? -Infinity) < doubleClickMilliseconds
  if (!isSecond) pressedAt.set(asked, now)
  return isSecond
}

/** It was refused or broke off, and may be pressed again at once. */
export function failed(asked: string): void {
  pressedAt.delete(asked)
}

/** `crypto.randomUUID` is missing where the page comes over plain http. */
export function newKey(): string {
  return crypto.getRandomValues(new Uint32Array(4)).join('-')
}

function load(): Readonly<Record<string, string>> {
  if (unanswered) return unanswered
  try {
    return shape.parse(JSON.parse(localStorage.getItem(storageName) ?? '{}'))
  } catch {
    return {}
  }
}

function keep(wishes: Readonly<Record<string, string>>): void {
  const kept = Object.fromEntries(Object.entries(wishes).slice(-mostKept))
  try {
    localStorage.setItem(storageName, JSON.stringify(kept))
  } catch {
    unanswered = kept
  }
}
