import { useQueryClient } from '@tanstack/react-query'
import { lazy, Suspense, useState } from 'react'
import { Route, Switch } from 'wouter'
import { useComposing } from './composing.ts'
import { useAnnouncement } from './connection.ts'
import { Conversation } from './conversation.tsx'
import { useEvents } from './live.ts'
import { Masthead } from './masthead.tsx'
import { type Session, useSession } from './operations.ts'
import { Trouble } from './parts.tsx'
import { SignIn } from './sign-in.tsx'
import { say } from './start.ts'

const Gallery = lazy(async () => ({ default: (await import('./gallery.tsx')).Gallery }))
const Admin = lazy(async () => ({ default: (await import('./admin/admin.tsx')).Admin }))

/** A service that restarts is often back before anybody wonders. */
const silentFailures = 3

/** The page: who is there decides what there is to see. */
export function App() {
  const session = useSession()
  const { signed_in: signedIn, requester, admin } = session.data ?? {}
  useEvents(useQueryClient(), signedIn ? `${requester} ${admin}` : null)
  const trouble = useTrouble(session)
  if (trouble) return <Trouble error={trouble} retry={() => void session.refetch()} />
  if (!session.data) return <p className="waiting">{say('web.loading')}</p>
  if (!session.data.signed_in) return <SignIn />
  return <Room session={session.data} />
}

/** What keeps the page from knowing who is there; it stays while that is asked anew, although the question forgets it. */
function useTrouble({ error, failureCount, failureReason, fetchStatus }: ReturnType<typeof useSession>): Error | null {
  const [last, keep] = useState<Error | null>(null)
  const before = fetchStatus === 'idle' ? null : last
  const trouble = error ?? (failureCount < silentFailures ? before : failureReason)
  if (trouble !== last) keep(trouble)
  return trouble
}

function Room({ session }: { session: Session }) {
  const composing = useComposing()
  return (
    <div className="room">
      <Masthead session={session} />
      <Suspense fallback={<main className="waiting">{say('web.loading')}</main>}>
        <Switch>
          <Route path="/gallery">
            <Gallery session={session} />
          </Route>
          <Route path="/admin/:part?">{({ part }) => <Admin session={session} part={part ?? 'operations'} />}</Route>
          <Route>
            <Conversation composing={composing} />
          </Route>
        </Switch>
      </Suspense>
      <Announcer />
    </div>
  )
}

/** Tells screen readers what changed, politely. */
function Announcer() {
  return (
    <p className="unseen" role="status">
      {useAnnouncement()}
    </p>
  )
}
