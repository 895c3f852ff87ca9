import { DropdownMenu } from 'radix-ui'
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
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>
        <MoreButton />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="options" align="start" sideOffset={4} collisionPadding={8}>
          {buttons
            .filter(({ danger }) => !danger)
            .map((button) => (
              <Entry key={button.action} button={button} press={press} />
            ))}
          {operation.charge === 'uncertain' && session?.admin && (
            <>
              <DropdownMenu.Item className="option" onSelect={() => settle(true)}>
                {say('web.settle.charged')}
              </DropdownMenu.Item>
              <DropdownMenu.Item className="option" onSelect={() => settle(false)}>
                {say('web.settle.free')}
              </DropdownMenu.Item>
            </>
          )}
          {operation.video_url && (
            <DropdownMenu.Item className="option" onSelect={() => show('link')}>
              {say('web.link')}
            </DropdownMenu.Item>
          )}
          <DropdownMenu.Item className="option" onSelect={() => show('details')}>
            {say('web.details')}
          </DropdownMenu.Item>
          {buttons
            .filter(({ danger }) => danger)
            .map((button) => (
              <Entry key={button.action} button={button} press={press} />
            ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}

function Entry({ button, press }: { button: Button; press: (button: Button) => void }) {
  return (
    <DropdownMenu.Item className={button.danger ? 'option option-danger' : 'option'} onSelect={() => press(button)}>
      {button.label}
    </DropdownMenu.Item>
  )
}
