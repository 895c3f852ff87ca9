import type { Shown } from './operations.ts'
import { Panel } from './panel.tsx'
import { Problem } from './parts.tsx'
import { useAct } from './requests.ts'
import { say } from './start.ts'

/** Asks once more before something goes for good. */
export function Deletion({ operation, close }: { operation: Shown; close: () => void }) {
  const { act, isPending, error } = useAct(operation.operation_id)
  return (
    <Panel close={close} title={say('web.delete.title')} text={say('web.delete.text')}>
      <p className="panel-quote">{operation.prompt}</p>
      <div className="panel-actions">
        <button type="button" className="button" onClick={close}>
          {say('web.keep')}
        </button>
        <button
          type="button"
          className="button button-danger"
          disabled={isPending}
          onClick={() => act('delete', {}, close)}
        >
          {say('web.delete.yes')}
        </button>
      </div>
      <Problem error={error} />
    </Panel>
  )
}
