import { type LevelWithSilent, pino } from 'pino'
import { hiderOf, type Secret } from './config/secret.ts'
import type { Log } from './core/ports/machine.ts'
import { operationNow } from './core/trace.ts'
import { lineForPeople, plainFields } from './log/render.ts'

export interface LogOptions {
  readonly level: LevelWithSilent
  /** Whether fields named `prompt` and `negativePrompt` are written. */
  readonly prompts: boolean
  readonly secrets: readonly Secret[]
  /** Where lines go: JSON, or readable text where `isTTY` is true. */
  readonly out: { readonly isTTY?: boolean; write(line: string): unknown }
}

/**
 * A log with one line an event. No configured secret appears in any text of it: not in messages, fields, keys, stacks
 * or causes, and not percent-encoded. Writing never throws, whatever the fields hold.
 */
export function createLog(options: LogOptions): Log {
  const hide = hiderOf(options.secrets)
  const { out } = options
  const write = (line: string) => out.write(out.isTTY ? lineForPeople(JSON.parse(line)) : line)
  const logger = pino(
    {
      level: options.level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (level) => ({ level }) },
    },
    { write },
  )
  const tell = (level: 'debug' | 'info' | 'warn' | 'error') => (fields: Record<string, unknown>, message: string) => {
    if (logger.isLevelEnabled(level))
      logger[level](plainFields(inItsName(fields), hide, options.prompts), hide(message))
  }
  return { debug: tell('debug'), info: tell('info'), warn: tell('warn'), error: tell('error') }
}

/** With the id of the Operation in whose name the line is told. */
function inItsName(fields: Record<string, unknown>): Record<string, unknown> {
  const operation = operationNow()
  return operation === undefined || 'operation' in fields ? fields : { operation, ...fields }
}
