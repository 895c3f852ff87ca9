import { isHost, settingsIn, steers } from './access.ts'
import { audited, type Deed } from './audit.ts'
import type { Core } from './context.ts'
import { type Problem, VideoError } from './errors.ts'
import { catalogue, everyResolution } from './models.ts'
import { problemsOfOffers } from './offers.ts'
import type { Person } from './ports/commands.ts'
import { merged, type Settings, settingsShape } from './settings.ts'

/** How often a change is tried again because another admin was faster. */
const tries = 20

/** An admin's change of one scope's settings, noted as `deed`, on top of whatever others change; throws `forbidden` or `invalid_request`. */
export async function changeSettings(
  core: Core,
  scope: string,
  change: (settings: Settings) => Settings,
  admin: Person,
  deed: Deed,
): Promise<Settings> {
  const workspace = scope.split('/')[0] ?? scope
  if (!(workspace === 'installation' ? isHost(admin) : steers(admin, workspace)))
    throw new VideoError('forbidden', 'not an admin of this scope')
  for (let attempt = 0; attempt < tries; attempt += 1) {
    const was = await core.store.getSettings(scope)
    const settings = checked(change(was ?? {}), was ?? {})
    await checkOffers(core, scope, settings, was ?? {})
    const changed = await audited(core, admin, workspace, deed, async (audit) =>
      (await core.store.swapSettings(scope, was, settings, audit)) ? settings : null,
    )
    if (changed !== null) return changed
  }
  throw new VideoError('busy', 'settings change too fast', { facts: { seconds: 5 } })
}

function checked(settings: Settings, was: Settings): Settings {
  const unknown = unknownIn(settings, was)
  if (unknown.length > 0) throw new VideoError('invalid_request', 'settings that allow nothing', { problems: unknown })
  const parsed = settingsShape.safeParse(settings)
  if (parsed.success) return parsed.data
  const problems = parsed.error.issues.map((issue) => ({
    field: String(issue.path[0] ?? 'request'),
    given: '',
    accepted: [],
    rule: 'malformed' as const,
  }))
  throw new VideoError('invalid_request', 'bad settings', { problems })
}

/** A narrower scope may still be left without: there whoever asks is told. */
async function checkOffers({ store, offered }: Core, scope: string, settings: Settings, was: Settings): Promise<void> {
  const [workspace = scope, channel] = scope.split('/')
  const wider = channel === undefined ? 'installation' : workspace
  const wide = wider === scope ? {} : await settingsIn(store, wider)
  const problems = problemsOfOffers(offered.list(), merged(wide, settings), merged(wide, was))
  if (problems.length > 0) throw new VideoError('invalid_request', 'settings that leave nothing', { problems })
}

/** What no model has, and so would let nobody make anything. What was there before may be of another version, and stays. */
function unknownIn(settings: Settings, was: Settings): readonly Problem[] {
  const offered: Record<'allowedModels' | 'allowedResolutions', readonly string[]> = {
    allowedModels: catalogue.map(({ id }) => id),
    allowedResolutions: everyResolution,
  }
  return Object.entries(offered).flatMap(([field, accepted]) => {
    const [now = [], before = []] = [settings, was].map((each) => each[field as keyof typeof offered])
    const strange = now.filter((each) => !accepted.includes(each) && !before.includes(each))
    return strange.map((given) => ({ field, given: given.slice(0, 80), accepted, rule: 'not_offered' as const }))
  })
}
