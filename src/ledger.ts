import type { Person, VideoCommands } from './core/ports/commands.ts'

/** Whoever sits at this machine administers all of it. */
const host: Person = {
  id: 'terminal:local',
  name: 'terminal',
  workspace: 'terminal',
  channel: null,
  roles: [],
  admin: true,
  locale: 'en',
}

/** `npm run ledger`: the whole ledger as CSV. Resolves to the exit code; a reader that has enough ends it. */
export async function printLedger(
  commands: Pick<VideoCommands, 'ledgerCsv'>,
  out: { write(text: string): unknown },
): Promise<number> {
  for await (const piece of commands.ledgerCsv(host)) out.write(piece)
  return 0
}
