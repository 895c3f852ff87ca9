import { useQuery } from '@tanstack/react-query'
import { ownBudgetsBody } from '../schemas.ts'
import { ask } from './api.ts'
import { dayOf, money } from './figures.ts'
import { api } from './operations.ts'
import { Problem } from './parts.tsx'
import { say } from './start.ts'

/** What this person can still spend, narrow to wide; or only their own part of it. */
export function Budgets({ own = false }: { own?: boolean }) {
  const { data, error } = useQuery({
    queryKey: ['budgets'],
    queryFn: async ({ signal }) => (await ask(`${api}/budgets`, ownBudgetsBody, { signal })).budgets,
  })
  const shown = own ? data?.filter(({ scope }) => scope === 'requester') : data
  return (
    <>
      <Problem error={error} />
      <ul className="budgets">
        {shown?.map(({ scope, limit_usd: limit, left_usd: left, spent_usd: spent, renews }) => {
          const facts = { budget: say(`budget.${scope}`), spent: money(spent), renews: dayOf(Date.parse(renews)) }
          const text =
            limit === null || left === null
              ? say('office.budget.unlimited', facts)
              : say('office.budget.line', { ...facts, limit: money(limit), left: money(left) })
          return (
            <li key={scope}>
              <span>{text}</span>
              {limit !== null && <meter aria-label={say(`budget.${scope}`)} min={0} max={limit} value={spent} />}
            </li>
          )
        })}
      </ul>
      {data?.some(({ rehearsal }) => rehearsal) && <p className="note">{say('office.budget.free')}</p>}
    </>
  )
}
