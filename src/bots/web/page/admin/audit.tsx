import { useQuery } from '@tanstack/react-query'
import { auditBody } from '../../schemas.ts'
import { ask } from '../api.ts'
import { momentOf } from '../figures.ts'
import { Problem } from '../parts.tsx'
import { say } from '../start.ts'

/** What admins did, newest first. */
export function Audit() {
  const { data, error } = useQuery({
    queryKey: ['audit'],
    queryFn: async ({ signal }) => (await ask('/api/admin/audit', auditBody, { signal })).audit,
  })
  return (
    <section>
      <h2>{say('office.audit.title')}</h2>
      <Problem error={error} />
      {data?.length === 0 && <p className="nothing">{say('office.audit.none')}</p>}
      <ol className="history">
        {data?.map(({ time, admin, action, subject, detail }) => (
          <li key={`${time} ${action} ${subject} ${detail}`}>
            {say('office.audit.line', { when: momentOf(Date.parse(time)), admin, action, subject, detail })}
          </li>
        ))}
      </ol>
    </section>
  )
}
