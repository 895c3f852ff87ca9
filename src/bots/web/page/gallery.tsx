import { useEffect, useMemo, useRef, useState } from 'react'
import { useSearchParams } from 'wouter'
import { Choice } from './choice.tsx'
import { dayOf, secondsText, slate } from './figures.ts'
import { Outcome } from './message.tsx'
import { type Filter, operationsIn, type Session, type Shown, useModels, useOperations } from './operations.ts'
import { Panel } from './panel.tsx'
import { Trouble } from './parts.tsx'
import { Still } from './player.tsx'
import { say } from './start.ts'

const any = 'any'
const statuses = ['completed', 'processing', 'pending', 'error'] as const
const spans = { '1h': 3_600_000, '24h': 86_400_000, '7d': 7 * 86_400_000, '30d': 30 * 86_400_000 } as const

/** All videos of this person, or of everybody for admins, to look through. */
export function Gallery({ session }: { session: Session }) {
  const [query, setQuery] = useSearchParams()
  const [openId, setOpenId] = useState<string | null>(null)
  const span = query.get('since') ?? ''
  // Once for each choice: counted from each moment, it would soon be another list, cut back to its first page.
  const since = useMemo(() => timeBefore(span), [span])
  const filter = filterOf(query, session, since)
  const list = useOperations(filter)
  const models = useModels()
  const operations = operationsIn(list.data)
  const open = operations.find((each) => each.operation_id === openId) ?? null
  const choose = (name: string) => (value: string) =>
    setQuery(
      (before) => {
        const next = new URLSearchParams(before)
        if (value === any || value === '') next.delete(name)
        else next.set(name, value)
        return next
      },
      { replace: true },
    )
  if (list.isError && !list.data) return <Trouble error={list.error} retry={() => void list.refetch()} />
  return (
    <main id="main" tabIndex={-1} className="gallery">
      <h1>{say('web.gallery.title')}</h1>
      <search className="filters">
        <SearchField value={query.get('search') ?? ''} choose={choose('search')} />
        <Choice
          label={say('web.gallery.status')}
          value={query.get('status') ?? any}
          options={[
            { value: any, label: say('web.gallery.any.status') },
            ...statuses.map((each) => ({ value: each, label: say(`choice.status.${each}`) })),
          ]}
          choose={choose('status')}
        />
        <Choice
          label={say('web.gallery.model')}
          value={query.get('model') ?? any}
          options={[
            { value: any, label: say('web.gallery.any.model') },
            ...(models.data ?? []).map((each) => ({ value: each.id, label: each.name })),
          ]}
          choose={choose('model')}
        />
        <Choice
          label={say('web.gallery.since')}
          value={query.get('since') ?? any}
          options={[
            { value: any, label: say('web.gallery.any.since') },
            ...Object.keys(spans).map((each) => ({
              value: each,
              label: say(`choice.since.${each as keyof typeof spans}`),
            })),
          ]}
          choose={choose('since')}
        />
        {session.admin && (
          <Choice
            label={say('web.gallery.who')}
            value={query.get('who') ?? any}
            options={[
              { value: any, label: say('web.gallery.everybody') },
              { value: 'me', label: say('web.gallery.mine') },
            ]}
            choose={choose('who')}
          />
        )}
      </search>
      <p className="unseen" role="status">
        {say('web.gallery.count', { count: operations.length })}
      </p>
      {list.isSuccess && operations.length === 0 && !list.hasNextPage && (
        <p className="nothing">{say('web.gallery.empty')}</p>
      )}
      <ul className="wall" aria-busy={list.isFetching}>
        {operations.map((operation) => (
          <li key={operation.operation_id}>
            <Tile operation={operation} open={() => setOpenId(operation.operation_id)} />
          </li>
        ))}
      </ul>
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
    </main>
  )
}

/** Follows the address, but for a blank at the end, which is still being typed. */
function SearchField({ value, choose }: { value: string; choose: (value: string) => void }) {
  const field = useRef<HTMLInputElement>(null)
  useEffect(() => {
    if (field.current && field.current.value.trim() !== value) field.current.value = value
  }, [value])
  return (
    <label className="field field-search">
      <span className="label">{say('web.gallery.search')}</span>
      <input
        ref={field}
        className="input"
        type="search"
        defaultValue={value}
        onChange={(event) => choose(event.target.value.trim())}
      />
    </label>
  )
}

function Tile({ operation, open }: { operation: Shown; open: () => void }) {
  const { prompt, video_url: video, poster_url: poster, card, created_at: createdAt } = operation
  return (
    <button type="button" className="tile" onClick={open}>
      <span className={`tile-screen screen-${card.tone}`}>
        {video ? <Still src={video} poster={poster} /> : <span className="tile-state">{card.title}</span>}
      </span>
      <span className="tile-prompt">
        <span className="unseen">{say('web.gallery.open', { prompt: '' })}</span>
        {prompt}
      </span>
      <span className="tile-facts">
        {slate([
          createdAt && dayOf(Date.parse(createdAt)),
          operation.resolution,
          secondsText(operation.duration_seconds),
        ])}
      </span>
    </button>
  )
}

/** The API's filter out of the page's address. */
function filterOf(query: URLSearchParams, session: Session, since: string): Filter {
  const filter = {
    status: query.get('status') ?? '',
    model: query.get('model') ?? '',
    search: query.get('search') ?? '',
    since,
    requester: session.admin && query.get('who') !== 'me' ? '' : 'me',
  }
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== ''))
}

/** When that span of time began, in whole minutes, so that the same choice is the same list; empty for none. */
function timeBefore(span: string): string {
  const milliseconds = spans[span as keyof typeof spans]
  return milliseconds ? new Date(Math.floor((Date.now() - milliseconds) / 60_000) * 60_000).toISOString() : ''
}
