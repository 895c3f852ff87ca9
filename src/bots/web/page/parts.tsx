import { ApiProblem } from './api.ts'
import { say } from './start.ts'

/** A refusal, in the words of whoever refused. */
export function Problem({ error }: { error: Error | null }) {
  if (!error) return null
  const title = error instanceof ApiProblem ? error.title : say('web.offline.title')
  const remedy = error instanceof ApiProblem ? error.remedy : null
  return (
    <p className="problem" role="alert">
      <strong>{title}</strong> {error.message} {remedy}
    </p>
  )
}

/** A view that could not be loaded, with the way to try again. */
export function Trouble({ error, retry }: { error: Error; retry: () => void }) {
  return (
    <main className="waiting">
      <Problem error={error} />
      <button type="button" className="button" onClick={retry}>
        {say('web.reload')}
      </button>
    </main>
  )
}

export function Cross() {
  return (
    <svg className="icon" viewBox="0 0 16 16" aria-hidden="true">
      <path d="m4 4 8 8m0-8-8 8" />
    </svg>
  )
}

export function Plus() {
  return (
    <svg className="icon" viewBox="0 0 16 16" aria-hidden="true">
      <path d="M8 3v10M3 8h10" />
    </svg>
  )
}

export function Chevron() {
  return (
    <svg className="icon" viewBox="0 0 16 16" aria-hidden="true">
      <path d="m4 6 4 4 4-4" />
    </svg>
  )
}

export function Triangle() {
  return (
    <svg className="icon icon-solid" viewBox="0 0 16 16" aria-hidden="true">
      <path d="M4.5 2.5v11l9-5.5z" />
    </svg>
  )
}
