import { Panel } from './panel.tsx'
import { TokenForm } from './sign-in.tsx'
import { say } from './start.ts'

/** Takes the admin token of somebody who is in already. */
export function AdminSignIn({ close }: { close: () => void }) {
  return (
    <Panel close={close} title={say('web.admin_sign_in')} text={say('web.admin_sign_in.text')}>
      <TokenForm label={say('web.admin_sign_in.token')} done={close} />
    </Panel>
  )
}
