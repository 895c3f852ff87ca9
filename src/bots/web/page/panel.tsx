import { Dialog } from 'radix-ui'
import { type ReactNode, useState } from 'react'
import { Cross } from './parts.tsx'
import { say } from './start.ts'

/** A dialog with a title and, for screen readers at least, a sentence of what it is about. */
export function Panel(props: { close: () => void; title: string; text?: string; children: ReactNode }) {
  const { close, title, text, children } = props
  // Radix gives the focus back to a trigger of its own only, which these dialogs do not have.
  const [opener] = useState(() => document.activeElement)
  const giveBack = (event: Event) => {
    event.preventDefault()
    if (opener instanceof HTMLElement) opener.focus()
  }
  return (
    <Dialog.Root open onOpenChange={(next) => !next && close()}>
      <Dialog.Portal>
        <Dialog.Overlay className="veil" />
        <Dialog.Content
          className="panel"
          onCloseAutoFocus={giveBack}
          {...(text ? {} : { 'aria-describedby': undefined })}
        >
          <Dialog.Title className="panel-title">{title}</Dialog.Title>
          {text && <Dialog.Description className="panel-text">{text}</Dialog.Description>}
          {children}
          <Dialog.Close className="icon-button panel-close" aria-label={say('web.close')}>
            <Cross />
          </Dialog.Close>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
