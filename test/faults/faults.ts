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
  'redirect elsewhere',
  'DNS failure',
  'TLS failure',
  'ten-minute outage',
] as const
export type FaultName = (typeof faults)[number]

/** These do not reach the upstream's own address, so no proxy in front of it can do them. */
export const beforeTheWire = ['DNS failure', 'TLS failure'] as const satisfies readonly FaultName[]

export const outageMilliseconds = 600_000

/** Whether a fault happens before anything reaches a server. */
export function isBeforeTheWire(fault: FaultName | undefined): fault is (typeof beforeTheWire)[number] {
  return beforeTheWire.some((each) => each === fault)
}
