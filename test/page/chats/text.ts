import { setTimeout as pause } from 'node:timers/promises'

/** Text as it stands in HTML, in attributes too. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`)
}

/** Looks again and again until there is something to see; gives up after 30 seconds. */
export async function shownBy<T>(what: string, look: () => T | undefined | null | false): Promise<T> {
  for (let tries = 0; tries < 1_200; tries += 1) {
    const seen = look()
    if (seen) return seen
    await pause(25)
  }
  throw new Error(`never saw ${what}`)
}
