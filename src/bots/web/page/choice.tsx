import { Select } from 'radix-ui'
import { useId } from 'react'
import { Chevron } from './parts.tsx'
import { nonce } from './start.ts'

export interface Option {
  readonly value: string
  readonly label: string
  /** What goes with it, such as its price. */
  readonly note?: string
  readonly disabled?: boolean
}

/** One of several, with a label above. */
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
      <span className="label" id={id}>
        {label}
      </span>
      <Select.Root value={value} onValueChange={choose}>
        <Select.Trigger className="choice" aria-labelledby={`${id} ${id}-value`}>
          <span id={`${id}-value`} className="choice-value">
            <Select.Value>{options.find((each) => each.value === value)?.label ?? ''}</Select.Value>
          </span>
          <Select.Icon className="choice-icon">
            <Chevron />
          </Select.Icon>
        </Select.Trigger>
        <Select.Portal>
          <Select.Content className="options" position="popper" sideOffset={4} collisionPadding={8}>
            <Select.Viewport nonce={nonce}>
              {options.map((option) => (
                <Select.Item
                  key={option.value}
                  className="option"
                  value={option.value}
                  disabled={option.disabled ?? false}
                >
                  <Select.ItemText>{option.label}</Select.ItemText>
                  {option.note && <span className="option-note">{option.note}</span>}
                </Select.Item>
              ))}
            </Select.Viewport>
          </Select.Content>
        </Select.Portal>
      </Select.Root>
    </div>
  )
}
