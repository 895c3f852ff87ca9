import { Panel } from './panel.tsx'
import { say } from './start.ts'

/** Asks once more before something goes for good. */
export function Deletion({ prompt, go, close }: { prompt: string; go: () => void; close: () => void }) {
  return (
    <Panel close={close} title={say('web.delete.title')} text={say('web.delete.text')}>
      <p className="panel-quote">{prompt}</p>
      <div className="panel-actions">
        <button type="button" className="button" onClick={close}>
          {say('web.keep')}
        </button>
        <button type="button" className="button button-danger" onClick={go}>
          {say('web.delete.yes')}
        </button>
      </div>
    </Panel>
  )
}
