import { useQuery } from '@tanstack/react-query'
import { Budgets } from '../budgets.tsx'
import { money, sizeOf } from '../figures.ts'
import { listOperations, type Shown, useModels, useStatistics } from '../operations.ts'
import { Problem } from '../parts.tsx'
import { say } from '../start.ts'
import { perDay, timesByModel } from './numbers.ts'
import { Bars, Boxes } from './plots.tsx'

const dayMilliseconds = 86_400_000
const daysShown = 14
const pageSize = 100
/** Enough for two weeks of a busy installation; what is older than the newest of these is not plotted. */
const maxPages = 10

/** The installation's numbers, and how the last two weeks went. */
export function StatisticsView() {
  const statistics = useStatistics()
  const models = useModels()
  const recent = useQuery({
    queryKey: ['recent'],
    queryFn: ({ signal }) => newestSince(Date.now() - daysShown * dayMilliseconds, signal),
    staleTime: 60_000,
  })
  const nameOf = (id: string) => models.data?.find((each) => each.id === id)?.name ?? id
  const days = perDay(recent.data ?? [], daysShown, Date.now())
  const times = timesByModel(recent.data ?? []).map((each) => ({ ...each, name: nameOf(each.model) }))
  return (
    <section className="statistics">
      <h2 className="unseen">{say('web.admin.statistics')}</h2>
      <Problem error={statistics.error ?? recent.error} />
      {statistics.data && <Totals totals={statistics.data} />}
      <h3>{say('office.budget.title')}</h3>
      <Budgets />
      <a className="button" href="/api/admin/ledger.csv" download>
        {say('web.stats.ledger')}
      </a>
      {recent.data && <p className="note">{say('web.stats.window', { count: recent.data.length })}</p>}
      {recent.data?.length === 0 && <p className="nothing">{say('web.stats.none')}</p>}
      {recent.data && recent.data.length > 0 && (
        <div className="plots">
          <Bars
            title={say('web.stats.outcomes')}
            days={days}
            series={[
              { key: 'completed', name: say('web.stats.completed') },
              { key: 'failed', name: say('web.stats.failed') },
              { key: 'refused', name: say('web.stats.refused') },
              { key: 'running', name: say('web.stats.in_flight') },
            ]}
            show={String}
          />
          <Bars
            title={say('web.stats.spending')}
            days={days}
            series={[
              { key: 'settled', name: say('web.stats.settled') },
              { key: 'reserved', name: say('web.stats.reserved') },
            ]}
            show={money}
          />
          {times.length > 0 && <Boxes title={say('web.stats.times')} text={say('web.stats.times.text')} rows={times} />}
        </div>
      )}
    </section>
  )
}

function Totals({ totals }: { totals: NonNullable<ReturnType<typeof useStatistics>['data']> }) {
  const figures = [
    [say('web.stats.total'), totals.total],
    [say('web.stats.completed'), totals.completed],
    [say('web.stats.in_flight'), totals.in_flight],
    [say('web.stats.failed'), totals.failed],
    [say('web.stats.refused'), totals.refused],
    [say('web.stats.settled'), money(totals.settled_usd)],
    [say('web.stats.reserved'), money(totals.reserved_usd)],
    [say('web.stats.stored'), sizeOf(totals.stored_bytes)],
  ] as const
  return (
    <dl className="totals">
      {figures.map(([label, value]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

async function newestSince(since: number, signal: AbortSignal): Promise<readonly Shown[]> {
  const found: Shown[] = []
  const filter = { since: new Date(since).toISOString() }
  let cursor: string | null = null
  for (let page = 0; page < maxPages; page++) {
    const { operations, next_cursor: next } = await listOperations(filter, cursor, pageSize, signal)
    found.push(...operations)
    cursor = next
    if (cursor === null) break
  }
  return found
}
