import { type QueryFilters, useMutation, useQueryClient } from '@tanstack/react-query'
import { useId } from 'react'
import { sessionBody } from '../schemas.ts'
import { ask } from './api.ts'
import type { Session } from './operations.ts'
import { Problem } from './parts.tsx'
import { say } from './start.ts'

/** What a visitor sees who has to show the access token first. */
export function SignIn() {
  return (
    <main className="sign-in">
      <h1>{say('web.sign_in.title')}</h1>
      <p>{say('web.sign_in.text')}</p>
      <TokenForm label={say('web.sign_in.token')} />
    </main>
  )
}

/** Takes a token and gives a session for it. */
export function TokenForm({ label, done }: { label: string; done?: () => void }) {
  const client = useQueryClient()
  const id = useId()
  const signIn = useMutation({
    mutationFn: (token: string) => ask('/api/session', sessionBody, { method: 'POST', body: { token } }),
    onSuccess: async (session) => {
      const before = client.getQueryData<Session>(['session'])
      client.setQueryData(['session'], session)
      done?.()
      const others: QueryFilters = { predicate: ({ queryKey }) => queryKey[0] !== 'session' }
      // Nothing of what somebody else saw is shown to the next one; the same person may see more now.
      if (before?.requester === session.requester) await client.invalidateQueries(others)
      else await client.resetQueries(others)
    },
  })
  return (
    <form
      className="token-form"
      onSubmit={(event) => {
        event.preventDefault()
        const token = String(new FormData(event.currentTarget).get('token') ?? '').trim()
        if (token) signIn.mutate(token)
      }}
    >
      <label className="label" htmlFor={id}>
        {label}
      </label>
      <input id={id} className="input" name="token" type="password" autoComplete="current-password" required />
      <button type="submit" className="button button-main" disabled={signIn.isPending}>
        {say('web.sign_in.submit')}
      </button>
      <Problem error={signIn.error} />
    </form>
  )
}
