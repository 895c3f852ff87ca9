/** Lets so many pieces of work run at once and the others wait their turn: bounds memory and processor use. */
export class Gate {
  readonly #width: number
  #running = 0
  readonly #queue: (() => void)[] = []

  constructor(width: number) {
    this.#width = width
  }

  /** How many wait for their turn. */
  get waiting(): number {
    return this.#queue.length
  }

  /** Runs the work when it is its turn and settles as it does. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running < this.#width) this.#running += 1
    else await new Promise<void>((resolve) => this.#queue.push(resolve))
    try {
      return await work()
    } finally {
      const next = this.#queue.shift()
      if (next) next()
      else this.#running -= 1
    }
  }
}
