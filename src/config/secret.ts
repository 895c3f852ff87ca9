import { inspect } from 'node:util'

const hidden = '[secret]'
/** Shorter ones are parts of ordinary words. */
const leastCharacters = 6

/** A key or token that cannot be printed by accident: only `reveal` gives it away. */
export class Secret {
  readonly #value: string

  constructor(value: string) {
    this.#value = value
  }

  /** The value itself, for the one call that needs it. */
  reveal(): string {
    return this.#value
  }

  toString(): string {
    return hidden
  }

  toJSON(): string {
    return hidden
  }

  [inspect.custom](): string {
    return hidden
  }
}

/**
 * A function that replaces each of the secrets in a text, also where it is percent-encoded as in an address, by
 * `[secret]`. The longest goes first, so that no rest of a secret that contains another stays behind. One of fewer than six
 * characters is left where it stands: it cannot be kept out of a text, and hidden it would tear words apart and be told by that.
 */
export function hiderOf(secrets: readonly Secret[]): (text: string) => string {
  const values = secrets.flatMap((secret) => [secret.reveal(), encodeURIComponent(secret.reveal())])
  const needles = [...new Set(values)]
    .filter((value) => value.length >= leastCharacters)
    .sort((a, b) => b.length - a.length)
  return (text) => needles.reduce((rest, needle) => rest.replaceAll(needle, hidden), text)
}
