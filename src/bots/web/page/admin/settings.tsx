import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useId, useLayoutEffect, useRef, useState } from 'react'
import { settingsBody } from '../../schemas.ts'
import { ask } from '../api.ts'
import { Choice } from '../choice.tsx'
import { useModels } from '../operations.ts'
import { Problem } from '../parts.tsx'
import { say } from '../start.ts'

type Values = Readonly<Record<string, unknown>>

const dollars = {
  requester_daily_micros: 'web.admin.budget.requester',
  workspace_monthly_micros: 'web.admin.budget.workspace',
  approval_above_micros: 'web.admin.approval',
} as const
const numbers = { daily_requests: 'web.admin.daily', max_duration_seconds: 'web.admin.longest' } as const
const micros = 1_000_000

const addressOf = (scope: string) => `/api/admin/settings?scope=${encodeURIComponent(scope)}`

/** Settings and budgets of one place. */
export function SettingsForm() {
  const [scope, setScope] = useState('installation')
  const [other, setOther] = useState('')
  const chosen = scope === 'other' ? other.trim() : scope
  const settings = useQuery({
    queryKey: ['settings', chosen],
    queryFn: async ({ signal }) => (await ask(addressOf(chosen), settingsBody, { signal })).settings,
    enabled: chosen !== '',
  })
  return (
    <section className="admin-settings">
      <h2 className="unseen">{say('web.admin.settings')}</h2>
      <Pause />
      <div className="filters">
        <Choice
          label={say('web.admin.scope')}
          value={scope}
          options={[
            { value: 'installation', label: say('web.admin.scope.installation') },
            { value: 'web', label: say('web.admin.scope.web') },
            { value: 'other', label: say('web.admin.scope.other') },
          ]}
          choose={setScope}
        />
        {scope === 'other' && (
          <label className="field">
            <span className="label">{say('web.admin.scope.other')}</span>
            <input className="input" value={other} onChange={(event) => setOther(event.target.value)} />
            <small>{say('web.admin.scope.hint')}</small>
          </label>
        )}
      </div>
      <Problem error={settings.error} />
      {settings.data && <Fields key={chosen} scope={chosen} values={settings.data} />}
    </section>
  )
}

function Pause() {
  const client = useQueryClient()
  const { data } = useQuery({
    queryKey: ['settings', 'installation'],
    queryFn: async ({ signal }) => (await ask(addressOf('installation'), settingsBody, { signal })).settings,
  })
  const paused = data?.paused === true
  const turn = useMutation({
    mutationFn: () => ask(`/api/admin/${paused ? 'resume' : 'pause'}`, settingsBody, { method: 'POST' }),
    onSuccess: ({ settings }) => client.setQueryData(['settings', 'installation'], settings),
  })
  return (
    <div className="pause">
      <p role="status">{say(paused ? 'web.admin.paused' : 'web.admin.running')}</p>
      <button type="button" className="button" disabled={!data || turn.isPending} onClick={() => turn.mutate()}>
        {say(paused ? 'web.admin.resume' : 'web.admin.pause')}
      </button>
      <Problem error={turn.error} />
    </div>
  )
}

function Fields({ scope, values }: { scope: string; values: Values }) {
  const client = useQueryClient()
  const models = useModels().data ?? []
  const resolutions = [...new Set(models.flatMap((model) => model.offers.map((offer) => offer.resolution)))]
  const form = useRef<HTMLFormElement>(null)
  // What the fields were made of: somebody else may change the values while they are being edited.
  const [shown, setShown] = useState(values)
  const [edited, setEdited] = useState(false)
  const save = useMutation({
    mutationFn: (body: object) => ask(addressOf(scope), settingsBody, { method: 'PUT', body }),
    // What is typed while it is being saved is edited anew.
    onMutate: () => setEdited(false),
    onError: () => setEdited(true),
    onSuccess: ({ settings }) => {
      client.setQueryData(['settings', scope], settings)
      void client.invalidateQueries({ queryKey: ['models'] })
    },
  })
  if (shown !== values && !edited && !save.isPending) setShown(values)
  // biome-ignore lint/correctness/useExhaustiveDependencies: fields that were edited keep what they say until they are reset.
  useLayoutEffect(() => form.current?.reset(), [shown])
  return (
    <form
      ref={form}
      className="fields"
      onInput={() => setEdited(true)}
      onSubmit={(event) => {
        event.preventDefault()
        save.mutate(changeFrom(new FormData(event.currentTarget), shown))
      }}
    >
      <p className="field-wide note">{say('web.admin.blank')}</p>
      {Object.entries(dollars).map(([name, label]) => (
        <NumberField key={name} name={name} label={say(label)} step="0.01" value={amount(shown[name], micros)} />
      ))}
      {Object.entries(numbers).map(([name, label]) => (
        <NumberField key={name} name={name} label={say(label)} step="1" value={amount(shown[name], 1)} />
      ))}
      <Checks
        name="allowed_models"
        legend={say('web.admin.models')}
        options={withChosen(
          models.map(({ id, name }) => [id, name] as const),
          shown.allowed_models,
        )}
        chosen={shown.allowed_models}
      />
      <Checks
        name="allowed_resolutions"
        legend={say('web.admin.resolutions')}
        options={withChosen(
          resolutions.map((each) => [each, each] as const),
          shown.allowed_resolutions,
        )}
        chosen={shown.allowed_resolutions}
      />
      <label className="field field-wide">
        <span className="label">{say('web.admin.words')}</span>
        <textarea
          className="input"
          name="blocked_words"
          rows={3}
          defaultValue={texts(shown.blocked_words).join('\n')}
        />
      </label>
      <div className="panel-actions field-wide">
        <span role="status">{save.isSuccess ? say('web.admin.saved') : ''}</span>
        <button type="submit" className="button button-main" disabled={save.isPending}>
          {say('web.admin.save')}
        </button>
      </div>
      <Problem error={save.error} />
    </form>
  )
}

function NumberField({ name, label, step, value }: { name: string; label: string; step: string; value: string }) {
  const id = useId()
  return (
    <div className="field">
      <label className="label" htmlFor={id}>
        {label}
      </label>
      <input id={id} className="input" type="number" min="0" step={step} name={name} defaultValue={value} />
    </div>
  )
}

function Checks(props: {
  name: string
  legend: string
  options: readonly (readonly [string, string])[]
  chosen: unknown
}) {
  const { name, legend, options, chosen } = props
  return (
    <fieldset className="checks field-wide">
      <legend className="label">{legend}</legend>
      {options.map(([value, label]) => (
        <label key={value} className="check">
          <input type="checkbox" name={name} value={value} defaultChecked={texts(chosen).includes(value)} />
          {label}
        </label>
      ))}
    </fieldset>
  )
}

/** The options and what is chosen besides them: this person may not be offered it, or not yet. */
function withChosen(options: readonly (readonly [string, string])[], chosen: unknown) {
  const missing = texts(chosen).filter((value) => !options.some(([each]) => each === value))
  return [...options, ...missing.map((value) => [value, value] as const)]
}

/** What the form says otherwise than it was shown, as the API takes it: fields made blank go back to the wider place. */
function changeFrom(form: FormData, shown: Values): { settings: Record<string, unknown>; reset: string[] } {
  const settings: Record<string, unknown> = {}
  const reset: string[] = []
  const put = (name: string, value: unknown, blank: boolean) => {
    // What nobody touched may be the wider place's to decide, and `unlimited` looks blank.
    if (blank ? isBlank(shown[name]) : sorted(value) === sorted(shown[name])) return
    if (blank) reset.push(name)
    else settings[name] = value
  }
  for (const [names, factor] of [
    [dollars, micros],
    [numbers, 1],
  ] as const) {
    for (const name of Object.keys(names)) {
      const text = String(form.get(name) ?? '').trim()
      put(name, Math.round(Number(text) * factor), text === '')
    }
  }
  for (const name of ['allowed_models', 'allowed_resolutions']) {
    const values = form.getAll(name).map(String)
    put(name, values, values.length === 0)
  }
  const words = String(form.get('blocked_words') ?? '')
    .split('\n')
    .map((word) => word.trim())
    .filter(Boolean)
  put('blocked_words', words, words.length === 0)
  return { settings, reset }
}

function sorted(value: unknown): string {
  return JSON.stringify([value].flat().toSorted())
}

function isBlank(value: unknown): boolean {
  return typeof value !== 'number' && texts(value).length === 0
}

function amount(value: unknown, factor: number): string {
  return typeof value === 'number' ? String(value / factor) : ''
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : []
}
