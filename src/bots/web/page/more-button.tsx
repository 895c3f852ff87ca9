import type { ComponentProps } from 'react'
import { Chevron } from './parts.tsx'
import { say } from './start.ts'

/** Stands where the menu will be, in its size, so that nothing moves when it comes. */
export function MoreButton(props: ComponentProps<'button'>) {
  return (
    <button type="button" className="button" aria-label={say('web.more.label')} {...props}>
      {say('web.more')}
      <Chevron />
    </button>
  )
}
