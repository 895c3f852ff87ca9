import { type ClipboardEvent, type DragEvent, type KeyboardEvent, useRef, useState } from 'react'
import type { Composing } from './composing.ts'
import {
  choicesFor,
  type Draft,
  priceOf,
  quoteOf,
  type Slot,
  settled,
  takesPictures,
  withoutSent,
  withPicture,
} from './draft.ts'
import { money } from './figures.ts'
import { type Model, useModels } from './operations.ts'
import { Plus, Problem } from './parts.tsx'
import { accepted, Pictures, problemOf } from './pictures.tsx'
import { useQuote } from './requests.ts'
import { SettingsPanel } from './settings.tsx'
import { say } from './start.ts'
import { answered, keyOf, newKey } from './wish.ts'

const slotNames = {
  first: () => say('web.image.add.first'),
  last: () => say('web.image.add.last'),
  reference: () => say('web.image.add.reference'),
} as const

/** Asks for a new video: words, pictures, settings, and what it costs. */
export function Composer({ draft, change, submit }: Composing) {
  const models = useModels()
  const choices = choicesFor(draft, models.data ?? [])
  const ready = choices ? settled(draft, choices) : draft
  const quote = useQuote(quoteOf(ready))
  const [refusal, setRefusal] = useState<string | null>(null)
  const [over, setOver] = useState(false)
  const fits = choices === null || takesPictures(choices.model, draft)
  // Which model renders a draft only the server knows.
  const price = quote.price ?? (choices && !ready.cheapFirst ? priceOf(ready, choices.model) : null)

  const add = (files: readonly File[], meant?: Slot) => {
    const { after, problem } = withFiles(draft, files, models.data ?? [], meant)
    setRefusal(problem)
    change(() => after)
  }
  const send = () => {
    if (ready.prompt.trim() === '' || submit.isPending || !fits) return
    const pictures = [ready.first, ready.last, ...ready.references].map((picture) => picture?.id ?? '')
    const wish = JSON.stringify([ready, pictures])
    submit.mutate({ draft: ready, key: keyOf(wish) }, { onSuccess: () => accept(ready, wish) })
  }
  const accept = (sent: Draft, wish: string) => {
    answered(wish)
    change((current) => withoutSent(current, sent))
  }
  const drop = (event: DragEvent) => {
    setOver(false)
    const files = [...event.dataTransfer.files]
    // Words that are dragged here are the field's own business.
    if (files.length === 0) return
    event.preventDefault()
    add(files)
  }
  const paste = (event: ClipboardEvent) => {
    const files = [...event.clipboardData.files]
    const text = event.clipboardData.getData('text/plain').trim()
    // Word and Excel give a picture of the words along with them; a file manager gives the file's name.
    const isText = text !== '' && !files.some(({ name }) => text.endsWith(name))
    if (files.length === 0 || isText) return
    event.preventDefault()
    add(files)
  }
  const key = (event: KeyboardEvent) => {
    // Safari ends a conversion before it tells of the Enter that confirmed it: only the old code of it is left.
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing || event.keyCode === 229) return
    event.preventDefault()
    send()
  }
  return (
    <form
      className={`composer ${over ? 'composer-over' : ''}`}
      aria-label={say('web.composer.label')}
      onSubmit={(event) => {
        event.preventDefault()
        send()
      }}
      onDragOver={(event) => {
        if (!event.dataTransfer.types.includes('Files')) return
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <label className="unseen" htmlFor="prompt">
        {say('web.composer.prompt')}
      </label>
      <Pictures draft={draft} change={change} />
      <textarea
        id="prompt"
        className="composer-prompt"
        rows={2}
        value={draft.prompt}
        placeholder={say('web.composer.prompt')}
        aria-describedby="composer-hint"
        onChange={(event) => change((current) => ({ ...current, prompt: event.target.value }))}
        onKeyDown={key}
        onPaste={paste}
      />
      <p id="composer-hint" className="unseen">
        {say('web.composer.hint')}
      </p>
      {choices ? (
        <SettingsPanel draft={ready} choices={choices} models={models.data ?? []} change={change} />
      ) : (
        <div className="settings-waiting" />
      )}
      <div className="composer-bar">
        {choices?.slots.map((slot) => (
          <AddPicture key={slot} slot={slot} add={(files) => add(files, slot)} />
        ))}
        <button
          type="submit"
          className="button button-main composer-send"
          disabled={ready.prompt.trim() === '' || submit.isPending || !fits}
        >
          {price === null ? say('web.submit') : say('web.submit.price', { price: money(price) })}
        </button>
      </div>
      {refusal && (
        <p className="problem" role="alert">
          {refusal}
        </p>
      )}
      {draft.prompt.trim() !== '' && !submit.error && <Problem error={quote.error} />}
      <Problem error={submit.error} />
      {over && <p className="composer-drop">{say('web.composer.drop')}</p>}
    </form>
  )
}

/** The draft with as many of the files as it can take, and why it could not take the last one that it did not. */
function withFiles(draft: Draft, files: readonly File[], models: readonly Model[], meant?: Slot) {
  let after = draft
  let problem: string | null = null
  for (const file of files) {
    const choices = choicesFor(after, models)
    const bad = problemOf(file)
    const next = bad || !choices ? after : withPicture(after, { id: newKey(), file }, choices, meant)
    if (next === after) problem = bad ?? say('web.image.full')
    after = next
  }
  return { after, problem }
}

function AddPicture({ slot, add }: { slot: Slot; add: (files: readonly File[]) => void }) {
  const input = useRef<HTMLInputElement>(null)
  return (
    <>
      <input
        ref={input}
        className="unseen"
        type="file"
        tabIndex={-1}
        aria-hidden="true"
        accept={accepted.join(',')}
        multiple={slot === 'reference'}
        data-slot={slot}
        onChange={(event) => {
          add([...(event.target.files ?? [])])
          event.target.value = ''
        }}
      />
      <button
        type="button"
        className="quiet add-picture"
        aria-label={slotNames[slot]()}
        onClick={() => input.current?.click()}
      >
        <Plus />
        {say(`web.image.${slot}`)}
      </button>
    </>
  )
}
