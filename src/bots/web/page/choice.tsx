import { useId } from 'react'
import { slate } from './figures.ts'

export interface Option {
  readonly value: string
  readonly label: string
  /** What goes with it, such as its price. */
  readonly note?: string
  readonly disabled?: boolean
}

/**
 * One of several, with a label above. The browser's own: it opens the system's picker on phones, and unlike those of
 * component libraries it hides nothing else from screen readers while it is open.
 */
export function Choice(props: {
  label: string
  value: string
  options: readonly Option[]
  choose: (value: string) => void
}) {
  const { label, value, options, choose } = props
  const id = useId()
  return (
    <div className="field">
      <label className="label" htmlFor={id}>
        {label}
      </label>
      <select id={id} className="input choice" value={value} onChange={(event) => choose(event.target.value)}>
        {options.map((option) => (
          <option key={option.value} value={option.value} disabled={option.disabled ?? false}>
            {slate([option.label, option.note])}
          </option>
        ))}
      </select>
    </div>
  )
}
