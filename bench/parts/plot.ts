import type { Plot } from './outcome.ts'

const width = 640
const labelWidth = 150
const barHeight = 18
/** Readable on white and on black. */
const colours = ['#0a7d6c', '#b4552d', '#5a6bc0', '#9a7b00', '#8a4a8a']

/** A plot as SVG: bars to the right, a group below the other. */
export function svgOf({ title, unit, series, groups }: Plot): string {
  const most = Math.max(...groups.flatMap((group) => group.values.map((value) => value ?? 0)), Number.MIN_VALUE)
  const parts: string[] = []
  let y = 34
  for (const group of groups) {
    if (group.label) {
      parts.push(text(0, y + 12, group.label, 'font-weight="bold"'))
      y += 20
    }
    for (const [index, name] of series.entries()) {
      const value = group.values[index] ?? null
      parts.push(text(labelWidth - 8, y + 13, name, 'text-anchor="end"'))
      if (value !== null) {
        const length = Math.max(1, (value / most) * (width - labelWidth - 90))
        const fill = colours[index % colours.length]
        parts.push(
          `<rect x="${labelWidth}" y="${y}" width="${length.toFixed(1)}" height="${barHeight - 4}" fill="${fill}"/>`,
        )
        parts.push(text(labelWidth + length + 6, y + 12, shown(value)))
      }
      y += barHeight
    }
    y += 8
  }
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${y}" width="${width}" height="${y}" font-family="sans-serif" font-size="12" fill="#777" role="img" aria-label="${escaped(title)}">`,
    text(0, 16, `${title}, ${unit}`, 'font-size="14"'),
    ...parts,
    '</svg>\n',
  ].join('\n')
}

function shown(value: number): string {
  return Number(value.toPrecision(3)).toLocaleString('en')
}

function text(x: number, y: number, content: string, more = ''): string {
  return `<text x="${x.toFixed(1)}" y="${y}" ${more}>${escaped(content)}</text>`
}

function escaped(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}
