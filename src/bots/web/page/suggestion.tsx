import { useQuery } from '@tanstack/react-query'
import { suggestionBody } from '../schemas.ts'
import { ask } from './api.ts'
import { money } from './figures.ts'
import { api, type Shown } from './operations.ts'
import { Panel } from './panel.tsx'
import { Problem } from './parts.tsx'
import { ReworkForm } from './rework.tsx'
import { say } from './start.ts'

/** Other words for a refused prompt: what differs, and the words to be changed and sent by the person. */
export function Suggested({ operation, close }: { operation: Shown; close: () => void }) {
  const id = operation.operation_id
  const { data, error, isPending } = useQuery({
    queryKey: ['suggestion', id],
    queryFn: () => ask(`${api}/operations/${id}/suggest`, suggestionBody, { method: 'POST', body: {} }),
    staleTime: Number.POSITIVE_INFINITY,
  })
  const cost = data && data.cost_usd > 0 ? say('suggest.cost', { price: money(data.cost_usd) }) : ''
  return (
    <Panel close={close} title={say('suggest.title')} text={`${say('suggest.text')} ${cost}`}>
      {isPending && <p className="note">{say('web.loading')}</p>}
      <Problem error={error} />
      {data && (
        <>
          <p className="panel-quote">
            {data.pieces.map(({ kind, text }, index) => {
              const key = `${index} ${kind}`
              if (kind === 'gone') return <del key={key}>{text}</del>
              return kind === 'new' ? <ins key={key}>{text}</ins> : <span key={key}>{text}</span>
            })}
          </p>
          <ReworkForm kind="edit_prompt" operation={operation} close={close} words={data.prompt} />
        </>
      )}
    </Panel>
  )
}
