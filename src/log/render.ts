type Hide = (text: string) => string

const promptNames: ReadonlySet<string> = new Set(['prompt', 'negativePrompt'])
const maxDepth = 6

/** Names that the line itself uses; a field of such a name gets an underscore, so that it hides nothing. */
const taken: ReadonlySet<string> = new Set(['level', 'time', 'msg'])

/** The fields as plain data with every text passed through `hide`; prompts left out unless wanted. */
export function plainFields(fields: Record<string, unknown>, hide: Hide, prompts: boolean): Record<string, unknown> {
  const renamed = Object.entries(fields).map(([name, value]) => [taken.has(name) ? `${name}_` : name, value])
  return plain(Object.fromEntries(renamed), { hide, prompts, above: [] }) as Record<string, unknown>
}

interface Way {
  readonly hide: Hide
  readonly prompts: boolean
  /** The objects around this one, against cycles and endless depth. */
  readonly above: readonly object[]
}

function plain(value: unknown, way: Way): unknown {
  if (typeof value === 'string') return way.hide(value)
  if (typeof value === 'bigint' || typeof value === 'symbol') return way.hide(String(value))
  if (typeof value === 'function') return '[function]'
  if (typeof value !== 'object' || value === null) return value
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return `[${value.byteLength} bytes]`
  if (way.above.includes(value)) return '[circular]'
  if (way.above.length >= maxDepth) return '[deep]'
  const inside = { ...way, above: [...way.above, value] }
  try {
    return plainObject(value, inside)
  } catch {
    return '[unreadable]'
  }
}

function plainObject(value: object, way: Way): unknown {
  if (Array.isArray(value)) return value.map((each) => plain(each, way))
  if (value instanceof Error) return plainError(value, way)
  if ('toJSON' in value && typeof value.toJSON === 'function') return plain(value.toJSON(), way)
  const entries = value instanceof Map ? [...value] : Object.entries(value)
  const wanted = entries.filter(([name]) => way.prompts || !promptNames.has(String(name)))
  return Object.fromEntries(wanted.map(([name, each]) => [way.hide(String(name)), plain(each, way)]))
}

function plainError(error: Error, way: Way): unknown {
  const { name, message, stack, cause, ...rest } = { ...error, ...named(error) }
  const nested = error instanceof AggregateError ? { errors: plain(error.errors, way) } : {}
  return {
    type: way.hide(String(name)),
    message: way.hide(String(message)),
    stack: way.hide(String(stack ?? '')),
    ...(cause === undefined ? {} : { cause: plain(cause, way) }),
    ...nested,
    ...(plain(rest, { ...way, above: way.above.slice(0, -1) }) as object),
  }
}

/** What an error keeps out of sight of a spread. */
function named(error: Error) {
  return { name: error.name, message: error.message, stack: error.stack, cause: error.cause }
}

/** A line of the log as a person at a terminal reads it: time, level if it matters, message, then the fields. */
export function lineForPeople(entry: Record<string, unknown>): string {
  const { time, level, msg, ...fields } = entry
  const clock = String(time).slice(11, 19)
  const shout = level === 'info' ? '' : `${String(level).toUpperCase()} `
  const details = Object.entries(fields).map(([name, value]) => ` ${name}=${forPeople(value)}`)
  return `${clock} ${shout}${oneLine(String(msg))}${details.join('')}\n`
}

function forPeople(value: unknown): string {
  if (typeof value === 'object' && value !== null && 'stack' in value) {
    const { type, message, cause } = value as Record<string, unknown>
    return oneLine(`${type}: ${message}${cause === undefined ? '' : ` (because of ${forPeople(cause)})`}`)
  }
  return oneLine(typeof value === 'string' ? value : (JSON.stringify(value) ?? ''))
}

/** Control characters as escapes: a foreign text can neither end the line nor steer the terminal. */
function oneLine(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, (sign) => {
    const escaped = JSON.stringify(sign).slice(1, -1)
    return escaped === sign ? `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}` : escaped
  })
}
