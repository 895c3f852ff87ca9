import type { IncomingMessage } from 'node:http'

/** One request as it came in; names of headers only, because values may be keys. */
export interface RequestRecord {
  readonly at: number
  readonly method: string
  /** With its query, the key left out. */
  readonly path: string
  readonly headers: readonly string[]
  /** Start, check and so on; null until it is understood. */
  route: string | null
  /** The prompt of the Operation it is about, where there is one. */
  prompt: string
  /** What was answered in full; null while there is no whole answer. */
  status: number | null
}

const remembered = 5000

/** The newest requests. */
export class RequestLog {
  #records: RequestRecord[] = []

  begin(request: IncomingMessage): RequestRecord {
    const record: RequestRecord = {
      at: Date.now(),
      method: request.method ?? '',
      path: (request.url ?? '').replace(/([?&])key=[^&]*/, '$1key='),
      headers: Object.keys(request.headers),
      route: null,
      prompt: '',
      status: null,
    }
    this.#records.push(record)
    if (this.#records.length > 2 * remembered) this.#records = this.#records.slice(-remembered)
    return record
  }

  all(): readonly RequestRecord[] {
    return this.#records.slice(-remembered)
  }
}
