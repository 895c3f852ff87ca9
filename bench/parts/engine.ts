/** A job engine, or Dailies, as the peers line sees it. Whoever made it may be asked for lives at once. */
export interface JobEngine {
  /** A whole life without media: accepted, started at Google, looked at, over. Resolves when it is durably over. */
  life(): Promise<void>
  /** How late a step runs that is scheduled so many milliseconds ahead; milliseconds. */
  lateness(ahead: number): Promise<number>
  close(): Promise<void>
}

/** Promises by key, resolved by somebody else. */
export class Waiting<T = void> {
  readonly #waiting = new Map<string, (value: T) => void>()

  wait(key: string): Promise<T> {
    return new Promise((resolve) => this.#waiting.set(key, resolve))
  }

  done(key: string, value: T): void {
    this.#waiting.get(key)?.(value)
    this.#waiting.delete(key)
  }
}
