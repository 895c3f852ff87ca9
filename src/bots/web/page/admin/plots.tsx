import { useId } from 'react'
import { dayOf } from '../figures.ts'
import { say } from '../start.ts'
import type { Day, Series, Times } from './numbers.ts'

const width = 560
const height = 180
const bottom = 22
const gap = 4

interface BarsProps {
  readonly title: string
  readonly days: readonly Day[]
  readonly series: readonly { readonly key: Series; readonly name: string }[]
  readonly show: (value: number) => string
}

/** Stacked bars, one a day, with the same numbers as a table for those who do not see them. */
export function Bars({ title, days, series, show }: BarsProps) {
  const id = useId()
  const total = (day: Day) => series.reduce((sum, { key }) => sum + day[key], 0)
  const highest = Math.max(...days.map(total), Number.EPSILON)
  const step = width / days.length
  const scale = (value: number) => (value / highest) * (height - bottom - 14)
  return (
    <figure className="plot" aria-labelledby={id}>
      <figcaption id={id}>{title}</figcaption>
      <Legend names={series.map(({ key, name }) => [key, name])} />
      <svg viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
        <path className="plot-axis" d={`M0 ${height - bottom + 0.5}H${width}`} />
        {days.map((day, index) => {
          let y = height - bottom
          const sum = total(day)
          return (
            <g key={day.at}>
              {series.map(({ key }) => {
                const tall = scale(day[key])
                y -= tall
                return (
                  <rect
                    key={key}
                    className={`plot-${key}`}
                    x={index * step + gap / 2}
                    y={y}
                    width={step - gap}
                    height={tall}
                  />
                )
              })}
              {sum > 0 && (
                <text className="plot-value" x={index * step + step / 2} y={y - 4} textAnchor="middle">
                  {show(sum)}
                </text>
              )}
              {index % 2 === 1 && (
                <text className="plot-label" x={index * step + step / 2} y={height - 6} textAnchor="middle">
                  {dayOf(day.at)}
                </text>
              )}
            </g>
          )
        })}
      </svg>
      <details className="plot-table">
        <summary>{say('web.stats.table')}</summary>
        <div className="table-frame">
          <table className="table">
            <thead>
              <tr>
                <th scope="col">{say('web.stats.day')}</th>
                {series.map(({ key, name }) => (
                  <th key={key} scope="col">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {days.map((day) => (
                <tr key={day.at}>
                  <th scope="row">{dayOf(day.at)}</th>
                  {series.map(({ key }) => (
                    <td key={key} className="number">
                      {show(day[key])}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </figure>
  )
}

function Legend({ names }: { names: readonly (readonly [string, string])[] }) {
  return (
    <ul className="legend">
      {names.map(([key, name]) => (
        <li key={key}>
          <svg viewBox="0 0 10 10" aria-hidden="true">
            <rect className={`plot-${key}`} width="10" height="10" rx="2" />
          </svg>
          {name}
        </li>
      ))}
    </ul>
  )
}

const rowHeight = 44
const left = 8

/** One row a model: a line from shortest to longest, a box for the middle half, a stroke at the median. */
export function Boxes({
  title,
  text,
  rows,
}: {
  title: string
  text: string
  rows: readonly (Times & { name: string })[]
}) {
  const id = useId()
  const longest = Math.max(...rows.map((row) => row.longest), 1)
  const x = (seconds: number) => left + (seconds / longest) * (width - 2 * left)
  const round = (seconds: number) => String(Math.round(seconds * 10) / 10)
  return (
    <figure className="plot" aria-labelledby={id}>
      <figcaption id={id}>{title}</figcaption>
      <p className="note">{text}</p>
      <svg viewBox={`0 0 ${width} ${rows.length * rowHeight}`} aria-hidden="true">
        {rows.map((row, index) => {
          const y = index * rowHeight + 30
          return (
            <g key={row.model}>
              <text className="plot-name" x={left} y={y - 14}>
                {row.name} · {row.count} × · {round(row.median)} s
              </text>
              <path className="plot-axis" d={`M${x(row.shortest)} ${y}H${x(row.longest)}`} />
              <rect
                className="plot-completed"
                x={x(row.lower)}
                y={y - 6}
                width={Math.max(2, x(row.upper) - x(row.lower))}
                height="12"
                rx="2"
              />
              <path className="plot-median" d={`M${x(row.median)} ${y - 9}v18`} />
            </g>
          )
        })}
      </svg>
      <details className="plot-table">
        <summary>{say('web.stats.table')}</summary>
        <div className="table-frame">
          <table className="table">
            <thead>
              <tr>
                <th scope="col">{say('web.settings.model')}</th>
                <th scope="col">{say('web.stats.shortest')}</th>
                <th scope="col">{say('web.stats.median')}</th>
                <th scope="col">{say('web.stats.longest')}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={row.model}>
                  <th scope="row">{row.name}</th>
                  <td className="number">{round(row.shortest)}</td>
                  <td className="number">{round(row.median)}</td>
                  <td className="number">{round(row.longest)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </figure>
  )
}
