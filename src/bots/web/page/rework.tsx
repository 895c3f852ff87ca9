import { useState } from 'react'
import { Choice } from './choice.tsx'
import { money, secondsText } from './figures.ts'
import { type Model, type Shown, useModels } from './operations.ts'
import { Panel } from './panel.tsx'
import { Problem } from './parts.tsx'
import { useAct, useQuote } from './requests.ts'
import { say } from './start.ts'

/** The actions that need words before they make a new video out of an earlier one. */
export type Reworking = 'edit_prompt' | 'extend' | 'last_frame'

const titles = {
  edit_prompt: () => say('form.edit_prompt.title'),
  extend: () => say('form.extend.title'),
  last_frame: () => say('form.last_frame.title'),
} as const

/** Asks for the words, says what it costs, and sends them. */
export function Rework({ kind, operation, close }: { kind: Reworking; operation: Shown; close: () => void }) {
  return (
    <Panel close={close} title={titles[kind]()}>
      <ReworkForm
        kind={kind}
        operation={operation}
        close={close}
        words={kind === 'edit_prompt' ? operation.prompt : ''}
      />
    </Panel>
  )
}

/** The form of it, with words to begin with. */
export function ReworkForm(props: { kind: Reworking; operation: Shown; close: () => void; words: string }) {
  const { kind, operation, close } = props
  const model = useModels().data?.find((each) => each.id === operation.model)
  const [words, setWords] = useState(props.words)
  const [changes, setChanges] = useState(false)
  const added = kind === 'extend' && model ? secondsAdded(model) : []
  const [seconds, setSeconds] = useState<number | null>(null)
  const chosen = seconds ?? added.at(-1) ?? null
  const { act, isPending, error } = useAct(operation.operation_id)
  const relation = kind === 'edit_prompt' && changes ? 'edit' : kind
  const duration = chosen === null ? {} : { duration: chosen }
  const rerun = { operation_id: operation.operation_id, relation }
  const quote = useQuote({ prompt: '…', ...duration, rerun })
  const { price } = quote
  const isUnknown = price === null && quote.error === null
  const send = () => {
    const prompt = words.trim()
    if (prompt && !isUnknown) act(relation, { prompt, ...duration }, close)
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        send()
      }}
    >
      {kind === 'edit_prompt' && model?.edits && operation.status === 'completed' && (
        <fieldset className="either">
          <legend className="label">{say('web.edit.how')}</legend>
          <Either name={say('web.edit.anew')} checked={!changes} choose={() => setChanges(false)} />
          <Either name={say('web.edit.change')} checked={changes} choose={() => setChanges(true)} />
        </fieldset>
      )}
      <label className="label" htmlFor="words">
        {say(kind === 'edit_prompt' ? 'form.prompt.label' : 'form.prompt.extend.label')}
      </label>
      <textarea
        id="words"
        className="input input-words"
        rows={4}
        value={words}
        onChange={(event) => setWords(event.target.value)}
        required
      />
      {added.length > 1 && chosen !== null && (
        <Choice
          label={say('web.extend.seconds')}
          value={String(chosen)}
          options={added.map((each) => ({ value: String(each), label: secondsText(each) }))}
          choose={(value) => setSeconds(Number(value))}
        />
      )}
      <div className="panel-actions">
        <button type="button" className="button" onClick={close}>
          {say('web.close')}
        </button>
        <button type="submit" className="button button-main" disabled={isPending || isUnknown || words.trim() === ''}>
          {price === null ? say('web.submit') : say('web.submit.price', { price: money(price) })}
        </button>
      </div>
      <Problem error={error ?? quote.error} />
    </form>
  )
}

function Either({ name, checked, choose }: { name: string; checked: boolean; choose: () => void }) {
  return (
    <label className="check">
      <input type="radio" name="how" checked={checked} onChange={choose} />
      {name}
    </label>
  )
}

function secondsAdded(model: Model): readonly number[] {
  return [model.extension?.adds_seconds ?? []].flat()
}
