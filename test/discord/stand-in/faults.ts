/** What goes wrong with a matching request. `after` kinds do the work first and then lose the answer. */
export interface Fault {
  /** `POST /channels/…/messages` as a regular expression over `<method> <path without /api/v10>`. */
  readonly match: string
  readonly kind: 'status' | 'reset before' | 'reset after' | 'rate limit' | 'hang' | 'status after'
  /** For the `status` kinds; 502 unless set. */
  readonly status?: number
  /** For `status`: Discord's own code beside it, 0 unless set; `page` for the HTML of whoever stands before Discord. */
  readonly code?: number | 'page'
  /** How many requests it spoils; every one unless set. */
  readonly times?: number
  /** For `rate limit`, in seconds. */
  readonly retryAfter?: number
}

export interface Faults {
  add(fault: Fault): void
  clear(): void
  /** The fault for this request, its count used up by one. */
  take(method: string, path: string): Fault | null
}

export function createFaults(): Faults {
  let faults: { fault: Fault; left: number }[] = []
  return {
    add: (fault) => faults.push({ fault, left: fault.times ?? Number.POSITIVE_INFINITY }),
    clear: () => {
      faults = []
    },
    take(method, path) {
      const found = faults.find((each) => each.left > 0 && new RegExp(each.fault.match).test(`${method} ${path}`))
      if (!found) return null
      found.left -= 1
      return found.fault
    },
  }
}
