import { Link } from 'wouter'
import type { Session } from '../operations.ts'
import { say } from '../start.ts'
import { Audit } from './audit.tsx'
import { Operations } from './operations.tsx'
import { SettingsForm } from './settings.tsx'
import { StatisticsView } from './statistics.tsx'

const parts = {
  operations: () => say('web.admin.operations'),
  approvals: () => say('web.admin.approvals'),
  settings: () => say('web.admin.settings'),
  statistics: () => say('web.admin.statistics'),
  audit: () => say('office.audit.title'),
} as const

/** What admins see and set. */
export function Admin({ session, part }: { session: Session; part: string }) {
  return (
    <main id="main" tabIndex={-1} className="admin">
      <h1>{say('web.admin.title')}</h1>
      <nav className="tabs" aria-label={say('web.admin.title')}>
        {Object.entries(parts).map(([name, title]) => (
          <Link
            key={name}
            href={`/admin/${name}`}
            className="place"
            {...(name === part ? { 'aria-current': 'page' as const } : {})}
          >
            {title()}
          </Link>
        ))}
      </nav>
      {session.admin && part === 'operations' && <Operations key="all" />}
      {session.admin && part === 'approvals' && <Operations key="held" held />}
      {session.admin && part === 'settings' && <SettingsForm />}
      {session.admin && part === 'statistics' && <StatisticsView />}
      {session.admin && part === 'audit' && <Audit />}
    </main>
  )
}
