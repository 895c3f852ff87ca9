import { lazy, Suspense, useState } from 'react'
import { MoreButton } from './more-button.tsx'
import type { Shown } from './operations.ts'
import { Problem } from './parts.tsx'
import { useAct } from './requests.ts'
import type { Reworking } from './rework.tsx'

// Not needed at first, so not part of the first load.
const More = lazy(async () => ({ default: (await import('./more.tsx').catch(() => null))?.More ?? Unfetched }))
const Details = lazy(async () => ({ default: (await import('./details.tsx')).Details }))
const Deletion = lazy(async () => ({ default: (await import('./deletion.tsx')).Deletion }))
const LinkPanel = lazy(async () => ({ default: (await import('./link-panel.tsx')).LinkPanel }))
const Suggested = lazy(async () => ({ default: (await import('./suggestion.tsx')).Suggested }))
const Rework = lazy(async () => ({ default: (await import('./rework.tsx')).Rework }))

export type Button = Shown['card']['buttons'][number]
export type Open = Reworking | 'delete' | 'suggest' | 'details' | 'link' | null

/** What stays in sight; the rest is one press further. */
const prominent: readonly string[] = [
  'cancel',
  'retry',
  'suggest',
  'approve',
  'decline',
  'final',
  'download',
  'again',
  'edit_prompt',
]
const reworkings: readonly string[] = ['edit_prompt', 'extend', 'last_frame']

/** The menu where it could not be fetched: the page loaded anew, which keeps what was written, may have it. */
function Unfetched() {
  return <MoreButton onClick={() => location.reload()} />
}

/** What this person may do with the Operation now, as in chat. */
export function Actions({ operation }: { operation: Shown }) {
  const { act, isPending, error } = useAct(operation.operation_id)
  const [open, setOpen] = useState<Open>(null)
  const close = () => setOpen(null)
  const { buttons } = operation.card
  const press = ({ action }: Button) => {
    if (reworkings.includes(action)) setOpen(action as Reworking)
    else if (action === 'delete' || action === 'suggest') setOpen(action)
    else act(action)
  }
  const inSight = buttons.filter(({ action }) => prominent.includes(action))
  // This page shows the video by itself: there is nothing to deliver anew.
  const further = buttons.filter(
    ({ action }) => !prominent.includes(action) && !(action === 'deliver_again' && operation.workspace === 'web'),
  )
  return (
    <div className="actions">
      {inSight.map((button) =>
        button.action === 'download' ? (
          <a key="download" className="button" href={`${operation.video_url ?? ''}?download=1`} download>
            {button.label}
          </a>
        ) : (
          <button
            key={button.action}
            type="button"
            className={button.action === 'retry' || button.action === 'approve' ? 'button button-main' : 'button'}
            disabled={isPending}
            onClick={() => press(button)}
          >
            {button.label}
          </button>
        ),
      )}
      <Suspense fallback={<MoreButton />}>
        <More
          operation={operation}
          buttons={further}
          press={press}
          show={setOpen}
          settle={(charged) => act('settle', { charged })}
        />
      </Suspense>
      <Problem error={error} />
      <Suspense>
        {open === 'suggest' && <Suggested operation={operation} close={close} />}
        {open === 'details' && <Details operation={operation} close={close} />}
        {open === 'delete' && <Deletion operation={operation} close={close} />}
        {open === 'link' && <LinkPanel id={operation.operation_id} close={close} />}
        {open !== null && reworkings.includes(open) && (
          <Rework kind={open as Reworking} operation={operation} close={close} />
        )}
      </Suspense>
    </div>
  )
}
