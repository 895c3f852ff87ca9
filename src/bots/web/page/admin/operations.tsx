import { useState } from 'react'
import { momentOf, secondsText, slate } from '../figures.ts'
import { Outcome } from '../message.tsx'
import { operationsIn, type Shown, useModels, useOperations } from '../operations.ts'
import { Panel } from '../panel.tsx'
import { Trouble } from '../parts.tsx'
import { say } from '../start.ts'

const all = {}
const waiting = { hold: 'approval' }

/** Everybody's Operations, newest first; or those that wait for an admin's approval. */
export function Operations({ held = false }: { held?: boolean }) {
  const list = useOperations(held ? waiting : all)
  const [openId, setOpenId] = useState<string | null>(null)
  // What was decided goes at once.
  const operations = operationsIn(list.data).filter((each) => !held || each.stage === 'held')
  const open = operations.find((each) => each.operation_id === openId) ?? null
  if (list.isError && !list.data) return <Trouble error={list.error} retry={() => void list.refetch()} />
  if (list.isSuccess && operations.length === 0 && !list.hasNextPage)
    return <p className="nothing">{say(held ? 'web.admin.approvals.empty' : 'web.gallery.empty')}</p>
  return (
    <section>
      <h2 className="unseen">{say(held ? 'web.admin.approvals' : 'web.admin.operations')}</h2>
      <div className="table-frame">
        <table className="table" aria-busy={list.isFetching}>
          <thead>
            <tr>
              <th scope="col">{say('web.admin.what')}</th>
              <th scope="col">{say('web.admin.state')}</th>
              <th scope="col">{say('web.admin.by')}</th>
              <th scope="col">{say('web.admin.when')}</th>
              <th scope="col">{say('web.admin.cost')}</th>
            </tr>
          </thead>
          <tbody>
            {operations.map((operation) => (
              <Row key={operation.operation_id} operation={operation} open={() => setOpenId(operation.operation_id)} />
            ))}
          </tbody>
        </table>
      </div>
      {list.hasNextPage && (
        <button type="button" className="button" onClick={() => void list.fetchNextPage()}>
          {say('web.gallery.more')}
        </button>
      )}
      {open && (
        <Panel close={() => setOpenId(null)} title={open.card.title}>
          <p className="prompt">{open.prompt}</p>
          <Outcome operation={open} />
        </Panel>
      )}
    </section>
  )
}

function Row({ operation, open }: { operation: Shown; open: () => void }) {
  const { prompt, card, status, created_at: createdAt, requester, requester_name: name } = operation
  const model = useModels().data?.find((each) => each.id === operation.model)?.name ?? operation.model
  const cost = card.fields.find(({ kind }) => kind === 'cost')?.value ?? ''
  return (
    <tr>
      <th scope="row">
        <button type="button" className="row-open" onClick={open}>
          {prompt}
        </button>
        <span className="row-facts">
          {slate([model, operation.resolution, secondsText(operation.duration_seconds)])}
        </span>
      </th>
      <td>
        <span className={`state state-${card.tone}`}>
          {status === 'error' ? card.title : say(`choice.status.${status}`)}
        </span>
      </td>
      <td>
        {name} <span className="row-facts">{requester.split(':')[0]}</span>
      </td>
      <td className="number">{createdAt && momentOf(Date.parse(createdAt))}</td>
      <td className="number">{cost}</td>
    </tr>
  )
}
