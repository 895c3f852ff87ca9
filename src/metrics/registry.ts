import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

const operationLabels = ['model', 'resolution', 'platform'] as const

/** Buckets in seconds: Google takes 11 s to 6 min; a queue may be an hour long; a delivery is a matter of seconds. */
const buckets = {
  generation: [5, 11, 20, 30, 45, 60, 90, 120, 180, 240, 360, 600, 900],
  queue: [0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600],
  delivery: [0.25, 0.5, 1, 2, 5, 10, 30, 60, 300, 3600],
  call: [0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60],
} as const

/** Every metric there is, by what it counts. Money in US dollars, times in seconds, as Prometheus wants base units. */
export type Instruments = ReturnType<typeof createInstruments>

/** The metrics of one process, Node's own among them. */
export function createInstruments() {
  const registers = [new Registry()]
  const [registry] = registers as [Registry]
  collectDefaultMetrics({ register: registry })
  const counter = <L extends string>(name: string, help: string, labelNames: readonly L[] = []) =>
    new Counter({ name: `dailies_${name}`, help, labelNames, registers })
  const gauge = (name: string, help: string) => new Gauge({ name: `dailies_${name}`, help, registers })
  const histogram = <L extends string>(name: string, help: string, labels: readonly L[], of: readonly number[]) =>
    new Histogram({ name: `dailies_${name}`, help, labelNames: labels, buckets: [...of], registers })
  return {
    registry,
    accepted: counter('accepted_total', 'Operations accepted', operationLabels),
    refused: counter('refused_total', 'Requests that became no Operation, by why', ['code', 'platform']),
    finished: counter('finished_total', 'Operations that ended; code is ok or the error', ['code', ...operationLabels]),
    generation: histogram(
      'generation_seconds',
      'From Google naming the work to seeing it done, of completed Operations',
      operationLabels,
      buckets.generation,
    ),
    queue: histogram('queue_seconds', 'From acceptance to asking Google to start', operationLabels, buckets.queue),
    delivery: histogram(
      'delivery_lag_seconds',
      'From seeing Google done, or the failure, to the delivered message',
      operationLabels,
      buckets.delivery,
    ),
    charged: counter('charged_usd_total', 'Settled as charged by Google', ['model']),
    googleCalls: counter('google_calls_total', 'Calls to Google; outcome is ok or the error', [
      'call',
      'model',
      'outcome',
    ]),
    googleThrottled: counter('google_throttled_total', 'Calls that Google answered with 429', ['call', 'model']),
    googleSeconds: histogram('google_call_seconds', 'How long calls to Google took', ['call'], buckets.call),
    platformCalls: counter('platform_calls_total', 'Calls to chat platforms; outcome is ok or the error', [
      'platform',
      'call',
      'outcome',
    ]),
    platformSeconds: histogram(
      'platform_call_seconds',
      'How long calls to chat platforms took',
      ['platform', 'call'],
      buckets.call,
    ),
    queued: gauge('queued', 'Operations waiting for a slot at Google'),
    queueAge: gauge('queue_age_seconds', 'How long the longest waiting of these has waited'),
    held: gauge('held', 'Operations waiting for approval'),
    atGoogle: gauge('at_google', 'Operations in Google’s hands'),
    reserved: gauge('reserved_usd', 'Reserved by what is under way'),
    uncertain: gauge('uncertain_usd', 'Perhaps charged, until an admin settles it'),
    uncertainOperations: gauge('uncertain_operations', 'Operations that are perhaps charged'),
    spentMonth: gauge('spent_month_usd', 'Spent, reserved or perhaps charged this month (UTC)'),
    budgetMonth: gauge('budget_month_usd', 'The total budget of a month; +Inf without limit'),
    storedFiles: gauge('stored_videos', 'Videos kept'),
    storedBytes: gauge('stored_bytes', 'Bytes of the videos kept'),
    requestsToday: gauge('requests_today', 'Operations accepted today (UTC)'),
    peopleToday: gauge('people_today', 'People who asked for them'),
    accepting: gauge('accepting', 'Whether this process accepts new Operations: database and outputs can keep them'),
    storeUp: gauge('store_up', 'Whether the database answered this scrape'),
  }
}
