import { VideoError } from '../core/errors.ts'
import type { CommandName } from './command.ts'
import type { Counter, Notice } from './office-counter.ts'
import { budget, ledger, stats, unsettled } from './office-money.ts'
import { audit, ban, forget, pause } from './office-people.ts'
import { settings } from './office-settings.ts'

const offices: Partial<Readonly<Record<CommandName, (counter: Counter) => Promise<Notice>>>> = {
  budget,
  stats,
  unsettled,
  ledger,
  pause,
  ban,
  audit,
  forget,
  settings,
}

/** Whether a command is one of money and administration, which every platform answers in the same way. */
export function isOffice(name: CommandName): boolean {
  return offices[name] !== undefined
}

/** Does what such a command says and tells what became of it; throws VideoErrors. */
export function runOffice(name: CommandName, counter: Counter): Promise<Notice> {
  const run = offices[name]
  if (!run) throw new VideoError('not_found', `no office command ${name}`)
  return run(counter)
}

/** What a chat does not wait for: a file that is sent along, or a change of all that waits or that a person has. */
export const takesLong: ReadonlySet<CommandName> = new Set<CommandName>(['ledger', 'pause', 'forget'])
