import { randomUUID } from 'node:crypto'
import { userInfo } from 'node:os'
import { resolve } from 'node:path'
import { asVideoError } from '../../core/errors.ts'
import { elapsedSeconds, isFinal, type Operation } from '../../core/operation.ts'
import type { Person, VideoCommands } from '../../core/ports/commands.ts'
import type { Clock } from '../../core/ports/machine.ts'
import { describeError } from '../../core/wording.ts'
import { inputFrom, type Order, orderFrom, UsageError, wantsJson } from './intake.ts'
import { type Output, Screen } from './screen.ts'
import { usage, words } from './words.ts'

export interface TerminalDependencies {
  readonly commands: Pick<VideoCommands, 'submit' | 'get' | 'card' | 'subscribe' | 'takeImage'>
  readonly clock: Clock
  readonly stdout: Output
  readonly stderr: Output
  /** Where `Operation.videoFile` lies. */
  readonly outputsFolder: string
  /** Names of options that npm took for itself; see `orderFrom`. */
  readonly npmOptions: readonly string[]
  /** Ctrl-C: stops watching, not the Operation. */
  readonly signal: AbortSignal
}

const locale = 'en'
const tickMs = 1000
const exit = { done: 0, failed: 1, refused: 2, stopped: 130 } as const

/**
 * Makes one video, or follows an earlier one, and shows it on its way. `argv`: what stands after `video`. The worker must
 * be running, here or in another process on the same database. Resolves to the exit code: 0 finished, 1 failed, 2 not
 * understood or refused as it stands, 130 stopped by the signal, in which case the Operation is kept.
 */
export async function runTerminal(argv: readonly string[], dependencies: TerminalDependencies): Promise<number> {
  const json = wantsJson(argv)
  const { stdout, stderr } = dependencies
  try {
    const order = orderFrom(argv, dependencies.npmOptions)
    if (order.kind === 'help') {
      stdout.write(usage)
      return exit.done
    }
    const screen = new Screen(json ? stderr : stdout, locale)
    const accepted = await begin(order, dependencies)
    return await follow(accepted, screen, json, dependencies)
  } catch (thrown) {
    const { code, message, status } = failureOf(thrown)
    stderr.write(`${message}\n`)
    if (json) stdout.write(`${JSON.stringify({ status: 'error', errorCode: code, message })}\n`)
    return status
  }
}

function failureOf(thrown: unknown): { code: string; message: string; status: number } {
  if (thrown instanceof UsageError) return { code: 'invalid_request', message: thrown.message, status: exit.refused }
  const error = asVideoError(thrown)
  const { title, text } = describeError(error, locale)
  const status = error.code === 'invalid_request' ? exit.refused : exit.failed
  return { code: error.code, message: `${title}. ${text}`, status }
}

/** Whoever sits at the host's own terminal may see and do everything. */
function personHere(): Person {
  const name = userInfo().username
  return { id: 'terminal:local', name, workspace: 'terminal', channel: null, roles: [], admin: true, locale }
}

async function begin(order: Exclude<Order, { kind: 'help' }>, { commands }: TerminalDependencies): Promise<Operation> {
  if (order.kind === 'follow') return commands.get(order.id, personHere())
  const input = await inputFrom(order, commands, locale)
  const eventId = `terminal:${randomUUID()}`
  const submission = { eventId, person: personHere(), thread: null, private: false, input }
  return (await commands.submit(submission)).operation
}

async function follow(accepted: Operation, screen: Screen, json: boolean, dependencies: TerminalDependencies) {
  if (!isFinal(accepted.status)) {
    screen.card(await dependencies.commands.card(accepted, locale))
    screen.print(words.named(accepted.id))
  }
  try {
    return await tellEnd(await watch(accepted, screen, dependencies), screen, json, dependencies)
  } catch (thrown) {
    screen.print(words.stays(accepted.id))
    throw thrown
  }
}

/** Shows it until it is final or the signal aborts; wakes at each change, and each second for the clock. */
async function watch(first: Operation, screen: Screen, dependencies: TerminalDependencies): Promise<Operation> {
  const { commands, clock, signal } = dependencies
  let changed = new AbortController()
  const unsubscribe = commands.subscribe((operation) => {
    if (operation.id === first.id) changed.abort()
  })
  try {
    let operation = first
    while (!isFinal(operation.status) && !signal.aborted) {
      screen.progress(operation, await commands.card(operation, locale), clock.now())
      await clock.sleep(tickMs, AbortSignal.any([signal, changed.signal]))
      changed = new AbortController()
      operation = await commands.get(first.id, personHere())
    }
    return operation
  } finally {
    unsubscribe()
  }
}

/** Where a file lies: in a folder of this machine, or in a bucket. */
function placeOf(outputs: string, file: string): string {
  return outputs.startsWith('s3:') ? `${outputs}/${file}` : resolve(outputs, file)
}

async function tellEnd(
  operation: Operation,
  screen: Screen,
  json: boolean,
  { commands, clock, stdout, stderr, outputsFolder }: TerminalDependencies,
): Promise<number> {
  const card = await commands.card(operation, locale)
  const file = operation.retiredAt === null ? operation.videoFile : null
  const path = operation.status === 'completed' && file !== null ? placeOf(outputsFolder, file) : null
  const open = !isFinal(operation.status)
  if (open) screen.print(words.stays(operation.id))
  else if (path === null && !json) {
    screen.print()
    new Screen(stderr, locale).card(card)
  } else screen.card(card)
  if (json) stdout.write(`${JSON.stringify(report(operation, path, `${card.title}. ${card.text}`, clock.now()))}\n`)
  else if (path !== null) stdout.write(`${path}\n`)
  if (open) return exit.stopped
  return path === null ? exit.failed : exit.done
}

function report(operation: Operation, path: string | null, message: string, now: number) {
  const { id, status, errorCode, request, priceMicros, charge } = operation
  const { model, aspectRatio, resolution, durationSeconds } = request
  const wish = { model, aspectRatio, resolution, durationSeconds }
  const outcome = { elapsedSeconds: elapsedSeconds(operation, now), path, errorCode, message }
  return { id, status, ...wish, priceUsd: priceMicros / 1_000_000, charge, ...outcome }
}
