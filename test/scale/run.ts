import { setTimeout as sleep } from 'node:timers/promises'
import { isFinal, type Operation } from '../../src/core/operation.ts'
import { Cluster, type Disturbance } from './cluster.ts'
import type { Posted } from './threads.ts'

/** What an 8 second video of the first model costs; the budget is a whole number of them. */
const priceMicros = 3_200_000
const model = 'veo-3.1-generate-preview'
/** Longer than a lease, and than an instance is counted without a sign of life. */
const frozenMilliseconds = 12_000
/** Within so long of each other a killed or frozen instance and its successor may both have wanted to post. */
const leaseMilliseconds = 12_000

export interface Plan {
  readonly instances: number
  readonly operations: number
  /** So many of them the budget has room for. */
  readonly affordable: number
  readonly kills: number
  readonly freezes: number
  /** Over so long the requests are spread, milliseconds. */
  readonly within: number
}

export interface Outcome {
  readonly accepted: number
  readonly refused: number
  readonly completed: number
  readonly interrupted: number
  readonly kills: number
  readonly freezes: number
  /** Deliveries by instance. */
  readonly shares: Readonly<Record<string, number>>
  readonly seconds: number
  /** A sentence for everything that is not as it was promised. */
  readonly wrong: readonly string[]
}

/** Lets so many Operations run on so many instances while these are killed and frozen at random, and looks what came of it. */
export async function runCluster(plan: Plan, tell: (line: string) => void = () => {}): Promise<Outcome> {
  const settings = {
    MODELS: model,
    MAX_CONCURRENT: '60',
    GOOGLE_REQUESTS_PER_SECOND: '400',
    BUDGET_TOTAL_MONTHLY_USD: String((plan.affordable * priceMicros) / 1_000_000),
  }
  const cluster = await Cluster.open(settings, tell)
  const began = Date.now()
  try {
    await Promise.all(Array.from({ length: plan.instances }, () => cluster.add()))
    tell('all instances are up')
    const disturbed = disturb(cluster, plan, tell)
    const answers = await Promise.all(
      Array.from({ length: plan.operations }, async (_, index) => {
        await sleep(Math.random() * plan.within)
        return cluster.ask(`event${index}`, `person${index % 25}`, `film ${index}`)
      }),
    )
    const refused = answers.filter((answer) => answer.code === 'over_budget').length
    tell(`${answers.length - refused} accepted, ${refused} refused`)
    await disturbed
    const rows = await allFinal(cluster, tell)
    return judge(cluster, plan, rows, refused, (Date.now() - began) / 1000)
  } finally {
    await cluster.close()
  }
}

/** Kills and freezes, one after the other at random moments; whoever was killed is replaced. */
async function disturb(
  cluster: Cluster,
  { kills, freezes, within }: Plan,
  tell: (line: string) => void,
): Promise<void> {
  const order = [...Array<'kill'>(kills).fill('kill'), ...Array<'freeze'>(freezes).fill('freeze')]
  const thawing: Promise<void>[] = []
  for (const what of order.sort(() => Math.random() - 0.5)) {
    await sleep((within / order.length) * (0.5 + Math.random() / 2))
    const awake = cluster.awake()
    const name = awake[Math.floor(Math.random() * awake.length)]
    if (name === undefined || awake.length < 2) continue
    tell(`${what} ${name}`)
    if (what === 'freeze') thawing.push(cluster.freeze(name, frozenMilliseconds))
    else {
      await cluster.kill(name)
      await cluster.add()
    }
  }
  await Promise.all(thawing)
}

async function allFinal(cluster: Cluster, tell: (line: string) => void): Promise<Operation[]> {
  const deadline = Date.now() + 180_000
  for (;;) {
    const rows: Operation[] = []
    let cursor: string | null = null
    do {
      const page = await cluster.store.list({}, cursor, 500)
      rows.push(...page.operations)
      cursor = page.next
    } while (cursor !== null)
    // The message with an outcome that was taken back is named until it is taken away.
    const open = rows.filter((row) => !isFinal(row.status) || row.deliveredAt === null)
    if (open.length === 0 || Date.now() > deadline) return rows
    tell(`${open.length} of ${rows.length} are not over`)
    await sleep(1000)
  }
}

async function judge(
  cluster: Cluster,
  plan: Plan,
  rows: readonly Operation[],
  refused: number,
  seconds: number,
): Promise<Outcome> {
  const wrong = rows.flatMap((row) => judgeRow(cluster, row).map((each) => `${row.request.prompt}: ${each}`))
  wrong.push(...(await cluster.store.auditBooks()))
  const spent = await cluster.store.spent({ scope: 'total', key: '', period: new Date().toISOString().slice(0, 7) })
  if (spent > plan.affordable * priceMicros) wrong.push(`${spent} micro-USD are spent, more than the budget`)
  const due = Math.min(plan.operations, plan.affordable)
  if (rows.length !== due || refused !== plan.operations - due) wrong.push(`${rows.length} accepted instead of ${due}`)
  const shares: Record<string, number> = {}
  for (const [nonce, [first]] of cluster.threads.posts) {
    if (first && nonce.endsWith('/outcome')) shares[first.instance] = (shares[first.instance] ?? 0) + 1
  }
  const count = (how: Disturbance['how']) => cluster.disturbances.filter((each) => each.how === how).length
  return {
    accepted: rows.length,
    refused,
    completed: rows.filter((row) => row.status === 'completed').length,
    interrupted: rows.filter((row) => row.errorCode === 'interrupted').length,
    kills: count('killed'),
    freezes: count('frozen'),
    shares,
    seconds,
    wrong,
  }
}

function judgeRow(cluster: Cluster, row: Operation): string[] {
  const wrong: string[] = []
  const starts = cluster.google.starts.filter(({ prompt }) => prompt === row.request.prompt).length
  if (starts > 1) wrong.push(`Google was asked ${starts} times`)
  if (!isFinal(row.status)) return [...wrong, `it did not end: ${row.status}`]
  if (row.status === 'error' && row.errorCode !== 'interrupted') wrong.push(`it failed: ${row.errorCode}`)
  if (row.deliveredMessage === null) return [...wrong, 'it was not delivered']
  const own = `${row.id}/${row.finishedAt}/outcome`
  for (const nonce of [`${row.id}/status`, own]) {
    const what = nonce === own ? 'outcome' : 'status'
    const posts = cluster.threads.posts.get(nonce) ?? []
    const [first, ...more] = posts
    if (!first) wrong.push(`no ${what}`)
    // Whoever was cut off may have posted and not said so, or post when it thaws: only then do two, under the same nonce.
    for (const [index, later] of more.entries()) {
      const before = posts[index]
      if (before && !wereDisturbed(cluster.disturbances, before, later))
        wrong.push(`${what} posted by ${before.instance} and again by ${later.instance}, which were both well`)
    }
    const outcome = posts.at(0)?.body
    if (what === 'outcome' && row.status === 'completed' && outcome?.videoHash !== row.videoHash)
      wrong.push('not its own video')
  }
  // Taken for interrupted while its instance was frozen, it goes on when that one thaws and knows Google's name for it.
  for (const [nonce, [first]] of cluster.threads.posts) {
    const earlier = nonce.startsWith(`${row.id}/`) && nonce.endsWith('/outcome') && nonce !== own
    if (earlier && first?.body.errorCode !== 'interrupted') wrong.push(`it ended before, as ${first?.body.errorCode}`)
  }
  return wrong
}

function wereDisturbed(disturbances: readonly Disturbance[], before: Posted, later: Posted): boolean {
  return disturbances
    .filter(({ instance }) => instance === before.instance || instance === later.instance)
    .some(({ from, to }) => from <= later.at && to >= before.at - leaseMilliseconds)
}
