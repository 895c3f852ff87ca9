import type { Step } from '../../src/core/steps.ts'
import type { Rehearsal } from '../../src/rehearsal/server.ts'
import { Installation, type Running } from './service.ts'

/** A chat that lives on, as a service beside it needs to know it. */
export interface Chat {
  /** The settings of a service beside it. */
  readonly env: Record<string, string>
  /** Whether it reaches the service, which listens at that address. */
  reaches(url: string): Promise<boolean>
  close(): Promise<void>
}

/** The real service as a process, to be killed and started again, beside a chat and a Google that live on. */
export class Killable {
  readonly google: Rehearsal
  readonly #installation: Installation
  readonly #chat: Chat
  readonly #lives: Running[] = []

  private constructor(installation: Installation, chat: Chat) {
    this.google = installation.google
    this.#installation = installation
    this.#chat = chat
  }

  static async beside(chat: Chat): Promise<Killable> {
    return new Killable(await Installation.open(), chat)
  }

  /** What all its processes have logged. */
  get story(): string {
    return this.#lives.flatMap(({ lines }) => lines).join('\n')
  }

  /** Starts it; resolves when the chat reaches it. With a step it kills itself there, without warning. */
  async start(killAt?: Step): Promise<void> {
    const life = await this.#installation.start({ env: this.#chat.env, ...(killAt ? { killAt } : {}) })
    this.#lives.push(life)
    let over = false
    void life.end().then(() => {
      over = true
    })
    // Of several processes one leads: then the killed one's lease has to run out before this one connects.
    while (!over && !(await this.#chat.reaches(life.url))) await new Promise((resolve) => setTimeout(resolve, 20))
  }

  /** Resolves when the newest process has ended. */
  async ended(): Promise<void> {
    await this.#lives.at(-1)?.end()
  }

  async kill(): Promise<void> {
    await this.#lives.at(-1)?.kill('SIGKILL')
  }

  async close(): Promise<void> {
    await this.#installation.close()
    await this.#chat.close()
  }
}
