import { changeSettings } from './change-settings.ts'
import type { Core } from './context.ts'
import { asVideoError } from './errors.ts'
import { pagesOf } from './pages.ts'
import { reachOf } from './people.ts'
import type { Person } from './ports/commands.ts'

/** Has nothing new start in this admin's reach, or lets it again; the threads of what waits there are told. */
export async function pause(core: Core, paused: boolean, admin: Person): Promise<void> {
  const scope = reachOf(admin)
  const deed = { action: paused ? 'pause' : 'resume', subject: scope }
  await changeSettings(core, scope, (settings) => ({ ...settings, paused }), admin, deed)
  await tellWaiting(core, scope).catch((thrown: unknown) => {
    // The pause holds all the same, and whatever changes a message next says so.
    core.log.warn({ error: asVideoError(thrown).message }, 'not all that waits could be told of the pause')
  })
}

async function tellWaiting({ store, clock }: Core, scope: string): Promise<void> {
  const filter = { status: 'pending', ...(scope === 'installation' ? {} : { workspace: scope }) } as const
  const waiting = { status: 'pending', notStarting: true } as const
  for await (const operations of pagesOf(store, filter)) {
    const queued = operations.filter(({ thread, hold }) => thread !== null && hold === null)
    const now = clock.now()
    await Promise.all(queued.map(({ id }) => store.change(id, waiting, { announceDueAt: now }, { visible: true })))
  }
}
