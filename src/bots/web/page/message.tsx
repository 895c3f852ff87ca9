import { Actions } from './actions.tsx'
import { momentOf, secondsText, slate } from './figures.ts'
import { Leader } from './leader.tsx'
import { type Shown, useModels } from './operations.ts'
import { Player } from './player.tsx'
import { say } from './start.ts'

/** One Operation: what was asked for, and what became of it up to now, in place. */
export function Message({ operation }: { operation: Shown }) {
  const { prompt, created_at: createdAt } = operation
  const label = say('web.message.label', { prompt: prompt.slice(0, 80) })
  return (
    <article
      className="message"
      aria-label={label}
      data-operation={operation.operation_id}
      data-stage={operation.stage}
    >
      <header className="wish">
        <p className="wish-facts">
          <span>{slate([createdAt && momentOf(Date.parse(createdAt)), ...wishFacts(operation)])}</span>
        </p>
        <p className="prompt">{prompt}</p>
      </header>
      <Outcome operation={operation} />
    </article>
  )
}

/** The screen with what there is to see, the slate under it, and what can be done. */
export function Outcome({ operation }: { operation: Shown }) {
  const { card, aspect_ratio: aspect } = operation
  return (
    <div className="outcome">
      <div className={`screen ${aspect === '9:16' ? 'screen-tall' : 'screen-wide'} screen-${card.tone}`}>
        <Screen operation={operation} />
      </div>
      <Slate operation={operation} />
      <Actions operation={operation} />
    </div>
  )
}

function Screen({ operation }: { operation: Shown }) {
  const { card, status, video_url: video } = operation
  if (status === 'pending' || status === 'processing') return <Leader operation={operation} />
  if (video) return <Player operation={operation} src={video} />
  return (
    <div className="verdict">
      <p className="verdict-title">{card.title}</p>
      <p className="verdict-text">{card.text}</p>
    </div>
  )
}

/** Settings and cost, as on a clapperboard. */
function Slate({ operation }: { operation: Shown }) {
  const models = useModels()
  const { model, resolution, aspect_ratio: aspect, duration_seconds: seconds, card, status } = operation
  const name = models.data?.find((each) => each.id === model)?.name ?? card.fields[0]?.value ?? model
  const cost = card.fields.find(({ kind }) => kind === 'cost')?.value
  return (
    <p className="slate">
      <span>{slate([name, resolution, aspect, secondsText(seconds)])}</span>
      {cost && <span className="slate-cost">{cost}</span>}
      {status === 'completed' && <strong className="slate-state">{card.title}</strong>}
    </p>
  )
}

function wishFacts(operation: Shown): (string | false | null)[] {
  const { images, relation, draft } = operation
  const references = images.references
  return [
    relation !== null && relation in relations && relations[relation as keyof typeof relations](),
    images.first_frame && relation !== 'last_frame' && say('web.images.first'),
    images.last_frame && say('web.images.last'),
    references === 1 && say('web.images.reference'),
    references > 1 && say('web.images.references', { count: references }),
    draft && say('web.draft'),
    operation.private && say('web.private'),
  ]
}

const relations = {
  again: () => say('web.relation.again'),
  retry: () => say('web.relation.retry'),
  edit_prompt: () => say('web.relation.edit_prompt'),
  last_frame: () => say('web.relation.last_frame'),
  extend: () => say('web.relation.extend'),
  edit: () => say('web.relation.edit'),
  final: () => say('web.relation.final'),
} as const
