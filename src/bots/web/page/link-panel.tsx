import { useQuery } from '@tanstack/react-query'
import { momentOf } from './figures.ts'
import { linkTo } from './operations.ts'
import { Panel } from './panel.tsx'
import { Problem } from './parts.tsx'
import { say } from './start.ts'

/** A signed link to the player page, copied at once where the browser allows it. */
export function LinkPanel({ id, close }: { id: string; close: () => void }) {
  const link = useQuery({
    queryKey: ['link', id],
    gcTime: 0,
    queryFn: async () => {
      const { url, expires_at: expiresAt } = await linkTo(id)
      // The clipboard is closed to pages that come over plain http: the address can be copied by hand.
      const copied = await Promise.resolve(navigator.clipboard?.writeText(url)).then(
        () => navigator.clipboard !== undefined,
        () => false,
      )
      return { url, end: momentOf(Date.parse(expiresAt)), copied }
    },
  })
  const { url = '', end = '', copied = false } = link.data ?? {}
  return (
    <Panel close={close} title={say('web.link.title')} text={end && say('web.link.text', { end })}>
      <label className="label" htmlFor="link">
        {say('web.link.title')}
      </label>
      <input
        id="link"
        className="input input-code"
        readOnly
        value={url}
        onFocus={(event) => event.currentTarget.select()}
      />
      <p className="panel-note" role="status">
        {copied ? say('web.link.done', { end }) : ''}
      </p>
      <Problem error={link.error} />
    </Panel>
  )
}
