import { useQueryClient } from '@tanstack/react-query'
import { clear } from 'idb-keyval'
import { lazy, type ReactNode, Suspense, useState } from 'react'
import { Link, useRoute } from 'wouter'
import { sessionBody } from '../schemas.ts'
import { ask } from './api.ts'
import { useConnection } from './connection.ts'
import type { Session } from './operations.ts'
import { say } from './start.ts'

// Not needed at first, so not part of the first load.
const AdminSignIn = lazy(async () => ({ default: (await import('./admin-sign-in.tsx')).AdminSignIn }))
const Tip = lazy(async () => ({ default: (await import('./hint.tsx').catch(() => null))?.Hint ?? Unexplained }))

/** A sign whose explanation could not be fetched: its name tells as much to whoever asks for it. */
function Unexplained({ children }: { text: string; children: ReactNode }) {
  return children
}

function Hint({ text, children }: { text: string; children: ReactNode }) {
  return (
    <Suspense fallback={children}>
      <Tip text={text}>{children}</Tip>
    </Suspense>
  )
}

/** Name, places and state of the page. */
export function Masthead({ session }: { session: Session }) {
  return (
    <header className="masthead">
      <a className="skip" href="#main">
        {say('web.skip')}
      </a>
      <Link href="/" className="brand">
        <Leaf />
        {say('web.title')}
      </Link>
      <nav aria-label={say('web.nav.label')}>
        <Place href="/" name={say('web.nav.conversation')} />
        <Place href="/gallery" name={say('web.nav.gallery')} />
        {session.admin && <Place href="/admin" name={say('web.nav.admin')} />}
      </nav>
      <div className="masthead-state">
        {session.rehearsal && (
          <Hint text={say('web.rehearsal.text')}>
            <button type="button" className="badge badge-rehearsal">
              {say('web.rehearsal')}
            </button>
          </Hint>
        )}
        <ConnectionLight />
        <Who session={session} />
      </div>
    </header>
  )
}

function Place({ href, name }: { href: string; name: string }) {
  const [exact] = useRoute(href)
  const [below] = useRoute(`${href}/*`)
  const here = exact || (href !== '/' && below)
  return (
    <Link href={href} className="place" {...(here ? { 'aria-current': 'page' as const } : {})}>
      {name}
    </Link>
  )
}

function ConnectionLight() {
  const connection = useConnection()
  const text = say(connection === 'live' ? 'web.live' : 'web.polling')
  return (
    <Hint text={text}>
      <button type="button" className={`light light-${connection}`} aria-label={text} />
    </Hint>
  )
}

function Who({ session }: { session: Session }) {
  const client = useQueryClient()
  const [asking, setAsking] = useState(false)
  const [stayed, setStayed] = useState(false)
  const signOut = async () => {
    setStayed(false)
    try {
      await ask('/api/session', sessionBody, { method: 'DELETE' })
    } catch {
      // Only the server can end the cookie.
      setStayed(true)
      return
    }
    // Nothing of what this person saw or wrote stays for the next one.
    client.clear()
    localStorage.clear()
    sessionStorage.clear()
    await clear().catch(() => undefined)
    location.assign('/')
  }
  return (
    <>
      {!session.admin && (
        <button type="button" className="quiet" onClick={() => setAsking(true)}>
          {say('web.admin_sign_in')}
        </button>
      )}
      {session.sign_in_required && (
        <button type="button" className="quiet" onClick={() => void signOut()}>
          {say('web.sign_out')}
        </button>
      )}
      {stayed && (
        <p className="problem" role="alert">
          {say('web.sign_out.failed')}
        </p>
      )}
      {asking && (
        <Suspense>
          <AdminSignIn close={() => setAsking(false)} />
        </Suspense>
      )}
    </>
  )
}

/** The mark: a film leader's countdown. */
function Leaf() {
  return (
    <svg className="brand-mark" viewBox="0 0 32 32" aria-hidden="true">
      <circle cx="16" cy="16" r="12" />
      <path d="M16 1v30M1 16h30" />
      <path className="brand-sweep" d="M16 16V4a12 12 0 0 1 10.39 6z" />
    </svg>
  )
}
