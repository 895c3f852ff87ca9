import { DropdownMenu } from 'radix-ui'
import { useRef } from 'react'
import type { Button, Open } from './actions.tsx'
import { MoreButton } from './more-button.tsx'
import { type Shown, useSession } from './operations.ts'
import { say } from './start.ts'

/** What is one press further. */
export function More(props: {
  operation: Shown
  buttons: readonly Button[]
  press: (button: Button) => void
  show: (open: Open) => void
  settle: (charged: boolean) => void
}) {
  const { operation, buttons, press, show, settle } = props
  const session = useSession().data
  // Done once the menu has given the focus back, so that a dialog returns it to the button and not to what is gone.
  const chosen = useRef<(() => void) | null>(null)
  const choose = (go: () => void) => () => {
    chosen.current = go
  }
  const go = () => {
    const then = chosen.current
    chosen.current = null
    if (then) setTimeout(then)
  }
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>
        <MoreButton />
      </DropdownMenu.Trigger>
      <DropdownMenu.Content className="options" align="start" sideOffset={4} collisionPadding={8} onCloseAutoFocus={go}>
        {buttons
          .filter(({ danger }) => !danger)
          .map((button) => (
            <Entry key={button.action} button={button} press={choose(() => press(button))} />
          ))}
        {operation.charge === 'uncertain' && session?.admin && (
          <>
            <DropdownMenu.Item className="option" onSelect={choose(() => settle(true))}>
              {say('web.settle.charged')}
            </DropdownMenu.Item>
            <DropdownMenu.Item className="option" onSelect={choose(() => settle(false))}>
              {say('web.settle.free')}
            </DropdownMenu.Item>
          </>
        )}
        {operation.video_url && (
          <DropdownMenu.Item className="option" onSelect={choose(() => show('link'))}>
            {say('web.link')}
          </DropdownMenu.Item>
        )}
        <DropdownMenu.Item className="option" onSelect={choose(() => show('details'))}>
          {say('web.details')}
        </DropdownMenu.Item>
        {buttons
          .filter(({ danger }) => danger)
          .map((button) => (
            <Entry key={button.action} button={button} press={choose(() => press(button))} />
          ))}
      </DropdownMenu.Content>
    </DropdownMenu.Root>
  )
}

function Entry({ button, press }: { button: Button; press: () => void }) {
  return (
    <DropdownMenu.Item className={button.danger ? 'option option-danger' : 'option'} onSelect={press}>
      {button.label}
    </DropdownMenu.Item>
  )
}
