import { useMutationState } from '@tanstack/react-query'
import { useEffect, useLayoutEffect, useRef } from 'react'
import { Composer } from './composer.tsx'
import type { Composing } from './composing.ts'
import type { Draft } from './draft.ts'
import type { ChangeDraft } from './draft-store.ts'
import { Message } from './message.tsx'
import { operationsIn, useOperations } from './operations.ts'
import { Trouble } from './parts.tsx'
import { say } from './start.ts'

/** How near to the end counts as reading along, in pixels. */
const nearEnd = 160
const mine = { requester: 'me' }

/** What this person asked for, oldest first, as messages that keep themselves up to date, and the way to ask for more. */
export function Conversation({ composing }: { composing: Composing }) {
  const list = useOperations(mine)
  const operations = operationsIn(list.data).toReversed()
  const sending = useMutationState({
    filters: { mutationKey: ['submit'], status: 'pending' },
    select: (mutation) => (mutation.state.variables as { draft: Draft } | undefined)?.draft.prompt ?? '',
  })
  useEndInView(operations.at(-1)?.operation_id ?? '', sending.length)
  if (list.isError && !list.data) return <Trouble error={list.error} retry={() => void list.refetch()} />
  const isEmpty = list.isSuccess && operations.length === 0 && !list.hasNextPage && sending.length === 0
  return (
    <main id="main" tabIndex={-1} className="conversation">
      <h1 className="unseen">{say('web.conversation.title')}</h1>
      <div className="thread" aria-busy={list.isPending}>
        {list.hasNextPage && (
          <button type="button" className="quiet earlier" onClick={() => void list.fetchNextPage()}>
            {say('web.earlier')}
          </button>
        )}
        {isEmpty && <Welcome change={composing.change} />}
        <ol className="messages">
          {operations.map((operation) => (
            <li key={operation.operation_id}>
              <Message operation={operation} />
            </li>
          ))}
          {sending.map((prompt) => (
            <li key={`sending ${prompt}`} className="sending">
              <p className="prompt">{prompt}</p>
              <p className="sending-note">{say('web.sending')}</p>
            </li>
          ))}
        </ol>
      </div>
      <Composer {...composing} />
    </main>
  )
}

/** Keeps the newest message in view for those who read along; leaves those alone who have scrolled up. */
function useEndInView(newest: string, sending: number): void {
  const reading = useRef(true)
  useEffect(() => {
    const look = () => {
      const { scrollHeight, scrollTop, clientHeight } = document.documentElement
      reading.current = scrollHeight - scrollTop - clientHeight < nearEnd
    }
    addEventListener('scroll', look, { passive: true })
    return () => removeEventListener('scroll', look)
  }, [])
  useLayoutEffect(() => {
    if ((newest !== '' && reading.current) || sending > 0) scrollTo({ top: document.documentElement.scrollHeight })
  }, [newest, sending])
}

const examples = ['web.example.1', 'web.example.2', 'web.example.3'] as const

function Welcome({ change }: { change: ChangeDraft }) {
  const choose = (prompt: string) => {
    change((draft) => ({ ...draft, prompt }))
    document.getElementById('prompt')?.focus()
  }
  return (
    <section className="welcome">
      <h2>{say('web.empty.title')}</h2>
      <p>{say('web.empty.text')}</p>
      <ul>
        {examples.map((key) => (
          <li key={key}>
            <button type="button" className="example" onClick={() => choose(say(key))}>
              {say(key)}
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}
