import { Budgets } from './budgets.tsx'
import { Choice } from './choice.tsx'
import { type Choices, type Draft, takesPictures } from './draft.ts'
import { dayOf, money, secondsText, slate } from './figures.ts'
import type { Model } from './operations.ts'
import { say } from './start.ts'

export interface SettingsProps {
  /** Settled: every choice made. */
  readonly draft: Draft
  readonly choices: Choices
  readonly models: readonly Model[]
  readonly change: (change: (draft: Draft) => Draft) => void
}

/** What can be set, each with what the model allows together with the rest. */
export function SettingsFields(props: SettingsProps) {
  return (
    <>
      <Size {...props} />
      <Wishes {...props} />
      <div className="field-wide">
        <Budgets own />
      </div>
    </>
  )
}

function Size({ draft, choices, models, change }: SettingsProps) {
  const { model, aspects, resolutions, durations } = choices
  const perSecond = (resolution: string) =>
    model.offers.find((offer) => offer.resolution === resolution)?.usd_per_second ?? 0
  return (
    <>
      <Choice
        label={say('web.settings.model')}
        value={draft.model}
        options={models.map((each) => ({
          value: each.id,
          label: each.name,
          note: takesPictures(each, draft) ? noteOf(each) : say('web.settings.impossible'),
          disabled: !takesPictures(each, draft),
        }))}
        choose={(value) => change((current) => ({ ...current, model: value }))}
      />
      <Choice
        label={say('web.settings.aspect')}
        value={draft.aspect}
        options={aspects.map((each) => ({ value: each, label: aspectName(each) }))}
        choose={(value) => change((current) => ({ ...current, aspect: value }))}
      />
      <Choice
        label={say('web.settings.resolution')}
        value={draft.resolution}
        options={resolutions.map((each) => ({
          value: each,
          label: each,
          note: say('web.price.second', { price: money(perSecond(each)) }),
        }))}
        choose={(value) => change((current) => ({ ...current, resolution: value }))}
      />
      <Choice
        label={say('web.settings.duration')}
        value={String(draft.duration)}
        options={durations.map((each) => ({
          value: String(each),
          label: secondsText(each),
          note: money(perSecond(draft.resolution) * each),
        }))}
        choose={(value) => change((current) => ({ ...current, duration: Number(value) }))}
      />
    </>
  )
}

function Wishes({ draft, choices: { model }, change }: SettingsProps) {
  const people = { allow_all: 'web.settings.people.allow_all', allow_adult: 'web.settings.people.allow_adult' } as const
  const nameOf = (value: string) =>
    say(value in people ? people[value as keyof typeof people] : 'web.settings.people.disallow')
  return (
    <>
      {model.person_generation.length > 0 && (
        <Choice
          label={say('web.settings.people')}
          value={draft.people || 'auto'}
          options={[
            { value: 'auto', label: say('web.settings.people.auto') },
            ...model.person_generation.map((each) => ({ value: each, label: nameOf(each) })),
          ]}
          choose={(value) => change((current) => ({ ...current, people: value === 'auto' ? '' : value }))}
        />
      )}
      {model.seed && (
        <label className="field">
          <span className="label">{say('web.settings.seed')}</span>
          <input
            className="input"
            inputMode="numeric"
            value={draft.seed}
            title={say('web.settings.seed.hint')}
            onChange={(event) => change((current) => ({ ...current, seed: event.target.value }))}
          />
        </label>
      )}
      {model.negative_prompt && (
        <label className="field field-wide">
          <span className="label">{say('web.settings.negative')}</span>
          <input
            className="input"
            value={draft.negative}
            onChange={(event) => change((current) => ({ ...current, negative: event.target.value }))}
          />
        </label>
      )}
      <label className="check field-wide">
        <input
          type="checkbox"
          checked={draft.cheapFirst}
          onChange={(event) => change((current) => ({ ...current, cheapFirst: event.target.checked }))}
        />
        <span>
          {say('web.settings.draft')} <small>{say('web.settings.draft.hint')}</small>
        </span>
      </label>
    </>
  )
}

function aspectName(aspect: string): string {
  if (aspect === '16:9') return say('choice.aspect.16:9')
  return aspect === '9:16' ? say('choice.aspect.9:16') : aspect
}

function noteOf({ offers, retires_on: day }: Model): string {
  const price = say('web.price.second', { price: money(Math.min(...offers.map((offer) => offer.usd_per_second))) })
  return slate([price, day && retirement(Date.parse(day))])
}

/** Google names the first day on which it may switch a model off, and often goes on. */
function retirement(from: number): string {
  return from > Date.now() ? say('web.settings.retires', { date: dayOf(from) }) : say('web.settings.retiring')
}
