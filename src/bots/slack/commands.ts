import { type CommandName, commands as described } from '../command.ts'
import { isOffice, takesLong } from '../office.ts'
import { type Desk, listingFor } from './desk.ts'
import { adminList, ownList, sieveFromWords } from './lists.ts'
import { office } from './office.ts'
import type { SlackPerson } from './people.ts'
import { threadOf } from './place.ts'
import { openForm } from './press.ts'
import type { Saying } from './reply.ts'
import { submitWords } from './submit.ts'

/** A command as Slack tells it. */
export interface Slash {
  readonly team: string
  readonly channel: string
  readonly user: string
  readonly text: string
  readonly triggerId: string
}

/** Does what a command says; what it returns is shown to the person alone. Throws VideoErrors. */
type Run = (desk: Desk, person: SlackPerson, slash: Slash, acknowledge: () => Promise<void>) => Promise<Saying | null>

async function video(desk: Desk, person: SlackPerson, slash: Slash, acknowledge: () => Promise<void>): Promise<null> {
  if (slash.text.trim() === '') {
    const thread = threadOf({ team: slash.team, channel: slash.channel, root: null })
    await openForm(desk, person, { trigger_id: slash.triggerId }, { thread }, acknowledge)
  } else await submitWords(desk, person, slash, slash.triggerId)
  return null
}

const runs: Readonly<Partial<Record<CommandName, Run>>> = {
  video,
  videos: async (desk, person) => ownList(await listingFor(desk, person)),
  operations: async (desk, person, { text }) => {
    const listing = await listingFor(desk, person)
    return adminList(listing, await sieveFromWords(text, listing), null)
  },
}

/** Money and administration, which every platform answers in the same way. */
function officeRun(name: CommandName): Run {
  return async (desk, person, { text }, acknowledge) => {
    // Longer than Slack waits.
    if (takesLong.has(name)) await acknowledge()
    return office(desk, person, name, text)
  }
}

/** The commands that Slack has, with what each does. */
export const slashCommands: readonly { readonly name: CommandName; readonly run: Run }[] = described.flatMap(
  ({ name }) => {
    const run = runs[name] ?? (isOffice(name) ? officeRun(name) : undefined)
    return run ? [{ name, run }] : []
  },
)
