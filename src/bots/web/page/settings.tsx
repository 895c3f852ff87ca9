import { lazy, Suspense, useState } from 'react'
import { secondsText, slate } from './figures.ts'
import { Chevron } from './parts.tsx'
import type { SettingsProps } from './settings-fields.tsx'
import { say } from './start.ts'

// Behind a press, so not part of the first load.
const SettingsFields = lazy(async () => ({ default: (await import('./settings-fields.tsx')).SettingsFields }))

/** The settings in one line, and behind it only what the model allows together. */
export function SettingsPanel(props: SettingsProps) {
  const { draft, choices } = props
  const [open, setOpen] = useState(false)
  return (
    <details className="settings" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className="settings-summary">
        <span className="unseen">{say('web.settings')}: </span>
        {slate([
          choices.model.name,
          draft.resolution,
          draft.aspect,
          draft.duration !== null && secondsText(draft.duration),
          draft.cheapFirst && say('web.draft'),
        ])}
        <Chevron />
      </summary>
      <div className="settings-fields">
        {open && (
          <Suspense>
            <SettingsFields {...props} />
          </Suspense>
        )}
      </div>
    </details>
  )
}
