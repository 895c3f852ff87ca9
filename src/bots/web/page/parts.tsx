import { Component, type ReactNode } from 'react'
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
      <h1 className="unseen">{say('web.title')}</h1>
      <Problem error={error} />
      <button type="button" className="button" onClick={retry}>
        {say('web.reload')}
      </button>
    </main>
  )
}

/** Shows a way on instead of nothing where a part of the page throws or could not be fetched. */
export class Boundary extends Component<{ readonly children: ReactNode }, { readonly failed: boolean }> {
  override readonly state = { failed: false }

  static getDerivedStateFromError() {
    return { failed: true }
  }

  override render() {
    if (!this.state.failed) return this.props.children
    // React keeps a part that could not be fetched as failed until the page is loaded anew.
    return <Trouble error={new ApiProblem(0, say('web.broken'), '')} retry={() => location.reload()} />
  }
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
