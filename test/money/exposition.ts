/** One sample of an exposition. */
export interface Sample {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

interface Family {
  readonly type: string
  readonly samples: Sample[]
}

const metricName = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/
const line = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/
const label = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)/y

/**
 * Reads Prometheus's text format 0.0.4 as strictly as promtool does, and applies its lint: throws with the first line that
 * is wrong, a sample without its TYPE and HELP, a family in two places, a repeated series, a counter that does not end
 * with _total, a histogram whose buckets do not grow up to their count.
 */
export function readExposition(text: string): ReadonlyMap<string, Family> {
  if (!text.endsWith('\n')) throw new Error('the last line has no end')
  const families = new Map<string, Family>()
  const helped = new Set<string>()
  const seen = new Set<string>()
  let current: string | null = null
  for (const each of text.split('\n')) {
    if (each === '') continue
    const [, kind, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.+)$/.exec(each) ?? []
    if (kind === 'HELP') {
      if (helped.has(name) || !metricName.test(name)) throw new Error(`bad or second HELP: ${each}`)
      helped.add(name)
    } else if (kind === 'TYPE') {
      if (families.has(name) || !helped.has(name)) throw new Error(`second TYPE, or no HELP: ${each}`)
      if (!/^(counter|gauge|histogram|summary)$/.test(rest)) throw new Error(`no such type: ${each}`)
      if (rest === 'counter' && !name.endsWith('_total')) throw new Error(`a counter without _total: ${name}`)
      families.set(name, { type: rest, samples: [] })
      current = name
    } else if (each.startsWith('#')) throw new Error(`neither HELP nor TYPE: ${each}`)
    else {
      const sample = readSample(each)
      const family = current === null ? undefined : families.get(current)
      if (!family || !belongs(sample.name, current ?? '', family.type)) throw new Error(`out of its family: ${each}`)
      const series = `${sample.name} ${JSON.stringify(Object.entries(sample.labels).sort())}`
      if (seen.has(series)) throw new Error(`the series is there twice: ${each}`)
      seen.add(series)
      family.samples.push(sample)
    }
  }
  for (const [name, family] of families) if (family.type === 'histogram') checkHistogram(name, family.samples)
  return families
}

function readSample(text: string): Sample {
  const [, name = '', inside = '', value = ''] = line.exec(text) ?? []
  if (name === '') throw new Error(`not a sample: ${text}`)
  const labels: Record<string, string> = {}
  label.lastIndex = 0
  while (label.lastIndex < inside.length) {
    const found = label.exec(inside)
    if (!found) throw new Error(`bad labels: ${text}`)
    const [, key = '', given = ''] = found
    if (key in labels) throw new Error(`a label twice: ${text}`)
    labels[key] = given
  }
  const number = value === '+Inf' ? Number.POSITIVE_INFINITY : value === 'Nan' ? Number.NaN : Number(value)
  if (Number.isNaN(number) && value !== 'Nan') throw new Error(`not a number: ${text}`)
  return { name, labels, value: number }
}

function belongs(sample: string, family: string, type: string): boolean {
  const suffixes =
    type === 'histogram' ? ['_bucket', '_sum', '_count'] : type === 'summary' ? ['', '_sum', '_count'] : ['']
  return suffixes.some((suffix) => sample === `${family}${suffix}`)
}

function checkHistogram(name: string, samples: readonly Sample[]): void {
  const groups = Map.groupBy(samples, ({ labels: { le: _, ...others } }) => JSON.stringify(others))
  for (const group of groups.values()) {
    const buckets = group.filter((each) => each.name === `${name}_bucket`)
    const bounds = buckets.map(({ labels }) => (labels.le === '+Inf' ? Number.POSITIVE_INFINITY : Number(labels.le)))
    const counts = buckets.map(({ value }) => value)
    const grows = (list: readonly number[]) =>
      list.every((each, index) => index === 0 || each >= (list[index - 1] ?? 0))
    const count = group.find((each) => each.name === `${name}_count`)?.value
    if (bounds.at(-1) !== Number.POSITIVE_INFINITY || !grows(bounds) || !grows(counts) || counts.at(-1) !== count) {
      throw new Error(`the buckets of ${name} do not grow up to its count`)
    }
  }
}
