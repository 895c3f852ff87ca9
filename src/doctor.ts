import type { Finding } from './bots/bot.ts'
import { hiderOf, type Secret } from './config/secret.ts'

/** Something to look at. A thrown error becomes a finding of that name; the signal aborts when time is up. */
export interface Check {
  readonly name: string
  run(signal: AbortSignal): Promise<readonly Finding[]>
}

export interface DoctorOptions {
  write(line: string): unknown
  readonly secrets: readonly Secret[]
  /** How long each check may take. */
  readonly timeoutMs: number
}

/**
 * Runs all checks at once and writes their findings in the order of the checks, one line each: `ok`, or what is wrong
 * and what to do. A check that fails, throws or hangs stops no other. No secret is written. Resolves to the exit code.
 */
export async function runDoctor(checks: readonly Check[], options: DoctorOptions): Promise<number> {
  const hide = hiderOf(options.secrets)
  const running = checks.map((check) => findingsOf(check, options.timeoutMs))
  let ill = 0
  for (const findings of running) {
    for (const finding of await findings) {
      if (!finding.ok) ill += 1
      options.write(`${oneLine(hide(lineOf(finding)))}\n`)
    }
  }
  options.write(ill === 0 ? 'All is well.\n' : `${ill} ${ill === 1 ? 'thing needs' : 'things need'} attention.\n`)
  return ill === 0 ? 0 : 1
}

async function findingsOf(check: Check, timeoutMs: number): Promise<readonly Finding[]> {
  const stop = new AbortController()
  const { promise: timeUp, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => {
    reject(new Error(`no answer within ${timeoutMs / 1000} s`))
    stop.abort()
  }, timeoutMs)
  try {
    return await Promise.race([check.run(stop.signal), timeUp])
  } catch (error) {
    return [{ name: check.name, ok: false, text: error instanceof Error ? error.message : String(error) }]
  } finally {
    clearTimeout(timer)
  }
}

function lineOf({ name, ok, text, remedy }: Finding): string {
  const line = `${ok ? 'ok   ' : 'WRONG'}  ${name}: ${text}`
  return remedy === undefined ? line : `${line} -> ${remedy}`
}

function oneLine(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ')
}
