import { momentOf, sizeOf } from './figures.ts'
import { type Shown, useHistory } from './operations.ts'
import { Panel } from './panel.tsx'
import { Problem } from './parts.tsx'
import { say } from './start.ts'

/** Everything there is to know of an Operation, and what happened to it. */
export function Details({ operation, close }: { operation: Shown; close: () => void }) {
  const history = useHistory(operation.operation_id)
  const { created_at: createdAt, finished_at: finishedAt, video_bytes: bytes } = operation
  const rows: (readonly [string, string | number | null])[] = [
    ...operation.card.fields.map(({ label, value }) => [label, value] as const),
    [say('web.details.negative'), operation.negative_prompt],
    [say('web.details.seed'), operation.seed],
    [say('web.details.by'), operation.requester_name],
    [say('web.details.created'), createdAt && momentOf(Date.parse(createdAt))],
    [say('web.details.finished'), finishedAt && momentOf(Date.parse(finishedAt))],
    [say('web.details.size'), bytes && sizeOf(bytes)],
    [say('web.details.hash'), operation.video_crc32],
    [say('web.details.id'), operation.operation_id],
  ]
  return (
    <Panel close={close} title={say('web.details.title')}>
      <p className="panel-quote">{operation.prompt}</p>
      <dl className="facts">
        {rows
          .filter(([, value]) => value !== null && value !== '')
          .map(([label, value]) => (
            <div key={label}>
              <dt>{label}</dt>
              <dd>{value}</dd>
            </div>
          ))}
      </dl>
      <h3 className="panel-heading">{say('web.details.history')}</h3>
      <Problem error={history.error} />
      <ol className="history">
        {history.data?.map((entry) => (
          <li key={`${entry.at} ${entry.what} ${entry.detail}`}>
            <time dateTime={entry.at}>{momentOf(Date.parse(entry.at))}</time> {entry.text}
          </li>
        ))}
      </ol>
    </Panel>
  )
}
