import { channel } from 'node:diagnostics_channel'

/** Every point on the straight line at which a kill must lose nothing and pay nothing twice, in order. */
export const steps = [
  'accepted',
  'images taken in',
  'start recorded',
  'start answered',
  'handle stored',
  'end seen',
  'video saved',
  'completed',
  'status posted',
  'status recorded',
  'delivered',
  'delivery recorded',
  'status edited',
] as const
/** What people do to an Operation that is there already, once it is stored and before anybody is answered. */
export const acts = ['cancelled', 'decided', 'removed'] as const
export type Step = (typeof steps)[number] | (typeof acts)[number]

const stepChannel = channel('dailies:step')

/**
 * Tells whoever listens on Node's diagnostics channel `dailies:step` that an Operation has come this far: `{ step,
 * operation }`, synchronously. Free while nobody listens. For tracing, and for tests that kill the process right here.
 */
export function reached(step: Step, operation: string): void {
  if (stepChannel.hasSubscribers) stepChannel.publish({ step, operation })
}
