/** Everything that an upstream can do wrong with one request. */
export const faults = [
  '429 with Retry-After',
  '429 without Retry-After',
  '500',
  '503',
  'reset before the effect',
  'reset after the effect',
  'hangs',
  'hangs after the effect',
  'slow body',
  'truncated body',
  'HTML instead',
  'wrong length',
  'redirect elsewhere (301)',
  'redirect elsewhere (302)',
  'redirect elsewhere (303)',
  'redirect elsewhere (307)',
  'redirect elsewhere (308)',
  'DNS failure',
  'TLS failure',
  'ten-minute outage',
] as const
export type FaultName = (typeof faults)[number]

/** Where an upstream sends a client that is to go to a stranger: with which status. */
export const redirects = faults.filter((each) => each.startsWith('redirect'))

/** The status of a redirect; null for every other fault. */
export function redirectStatus(fault: FaultName): number | null {
  const [, status] = /redirect elsewhere \((\d+)\)/.exec(fault) ?? []
  return status === undefined ? null : Number(status)
}

/** These do not reach the upstream's own address, so no proxy in front of it can do them. */
export const beforeTheWire = ['DNS failure', 'TLS failure'] as const satisfies readonly FaultName[]

export const outageMilliseconds = 600_000

/** Whether a fault happens before anything reaches a server. */
export function isBeforeTheWire(fault: FaultName | null | undefined): fault is (typeof beforeTheWire)[number] {
  return beforeTheWire.some((each) => each === fault)
}
