import { Link } from 'wouter'
import type { Session } from '../operations.ts'
import { TokenForm } from '../sign-in.tsx'
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
  if (!session.admin) return <AdminsOnly />
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
      {part === 'operations' && <Operations key="all" />}
      {part === 'approvals' && <Operations key="held" held />}
      {part === 'settings' && <SettingsForm />}
      {part === 'statistics' && <StatisticsView />}
      {part === 'audit' && <Audit />}
    </main>
  )
}

function AdminsOnly() {
  return (
    <main id="main" tabIndex={-1} className="sign-in">
      <h1>{say('web.admin.title')}</h1>
      <p>{say('web.admin.only')}</p>
      <TokenForm label={say('web.admin_sign_in.token')} />
    </main>
  )
}
