import type { OperationFilter } from '../core/ports/commands.ts'
import type { VideoRequestInput } from '../core/request.ts'
import type { Settings } from '../core/settings.ts'
import type { WordingKey } from '../core/wording/en.ts'

/** What a person gives for an option; each platform has its own form of it. */
export type OptionKind = 'text' | 'integer' | 'boolean' | 'image' | 'person' | 'role'

/** What in core an option's value feeds. */
export type Feeds =
  | { readonly request: keyof VideoRequestInput }
  | { readonly filter: keyof OperationFilter }
  | { readonly setting: keyof Settings }
  /** The answer is for the requester alone. */
  | { readonly of: 'private' }
  /** Settings: whether for this channel or the whole place. */
  | { readonly of: 'scope' }
  /** Settings: forgets everything that was set in that scope. */
  | { readonly of: 'reset' }
  /** Money and administration: what src/bots/office.ts makes of it. */
  | { readonly of: 'office' }

/** Where the values come from that a person may choose among; all but the last four from the model catalogue. */
export type Choices = 'models' | 'aspects' | 'resolutions' | 'durations' | 'statuses' | 'scopes' | 'since' | 'whose'

/** The choices of `since`, in milliseconds; their texts are `choice.since.<name>`. */
export const periods = { '1h': 3_600_000, '24h': 86_400_000, '7d': 7 * 86_400_000, '30d': 30 * 86_400_000 } as const
export type Period = keyof typeof periods
export const periodNames = Object.keys(periods) as readonly Period[]

export interface CommandOption {
  /** In English, lower case, unique within the command; its texts are `option.<name>.name` and `option.<name>.text`. */
  readonly name: OptionName
  readonly kind: OptionKind
  readonly feeds: Feeds
  readonly required?: boolean
  readonly choices?: Choices
  /** Numbers only. */
  readonly min?: number
  readonly max?: number
}

/** A command that people type, described once for all platforms; its texts are `command.<name>.name` and `.text`. */
export interface Command {
  readonly name: CommandName
  /** Only admins may use it. */
  readonly admins: boolean
  readonly options: readonly CommandOption[]
}

/** A command that people choose on a message with an image; its name is `menu.<name>.name`. */
export interface MessageCommand {
  readonly name: MenuName
  /** Which field of the request the image becomes. */
  readonly image: 'firstFrame' | 'lastFrame'
}

type Named<Prefix extends string, Suffix extends string> = WordingKey extends infer Key
  ? Key extends `${Prefix}.${infer Name}.${Suffix}`
    ? Name
    : never
  : never
export type CommandName = Named<'command', 'name'>
export type OptionName = Named<'option', 'name'>
export type MenuName = Named<'menu', 'name'>

const office = { of: 'office' } as const
const model = { name: 'model', kind: 'text', choices: 'models' } as const
const aspect = { name: 'aspect', kind: 'text', choices: 'aspects' } as const
const resolution = { name: 'resolution', kind: 'text', choices: 'resolutions' } as const
const duration = { name: 'duration', kind: 'integer', choices: 'durations' } as const

/** Every command, in the order in which platforms list them. */
export const commands: readonly Command[] = [
  {
    name: 'video',
    admins: false,
    options: [
      { name: 'prompt', kind: 'text', feeds: { request: 'prompt' }, required: true },
      { name: 'image', kind: 'image', feeds: { request: 'firstFrame' } },
      { name: 'last_frame', kind: 'image', feeds: { request: 'lastFrame' } },
      { name: 'reference1', kind: 'image', feeds: { request: 'references' } },
      { name: 'reference2', kind: 'image', feeds: { request: 'references' } },
      { name: 'reference3', kind: 'image', feeds: { request: 'references' } },
      { ...aspect, feeds: { request: 'aspectRatio' } },
      { ...resolution, feeds: { request: 'resolution' } },
      { ...duration, feeds: { request: 'durationSeconds' } },
      { ...model, feeds: { request: 'model' } },
      { name: 'negative', kind: 'text', feeds: { request: 'negativePrompt' } },
      { name: 'seed', kind: 'integer', feeds: { request: 'seed' }, min: 0, max: 4_294_967_295 },
      { name: 'draft', kind: 'boolean', feeds: { request: 'draft' } },
      { name: 'private', kind: 'boolean', feeds: { of: 'private' } },
    ],
  },
  { name: 'videos', admins: false, options: [] },
  {
    name: 'operations',
    admins: true,
    options: [
      { name: 'status', kind: 'text', feeds: { filter: 'status' }, choices: 'statuses' },
      { name: 'member', kind: 'person', feeds: { filter: 'requester' } },
      { ...model, feeds: { filter: 'model' } },
      { name: 'since', kind: 'text', feeds: { filter: 'since' }, choices: 'since' },
    ],
  },
  {
    name: 'settings',
    admins: true,
    options: [
      { name: 'scope', kind: 'text', feeds: { of: 'scope' }, choices: 'scopes' },
      { ...model, feeds: { setting: 'defaultModel' } },
      { ...aspect, feeds: { setting: 'defaultAspectRatio' } },
      { ...resolution, feeds: { setting: 'defaultResolution' } },
      { ...duration, feeds: { setting: 'defaultDurationSeconds' } },
      { name: 'allowed_models', kind: 'text', feeds: { setting: 'allowedModels' } },
      { name: 'allowed_resolutions', kind: 'text', feeds: { setting: 'allowedResolutions' } },
      { name: 'longest', kind: 'integer', feeds: { setting: 'maxDurationSeconds' }, min: 1, max: 600 },
      { name: 'role', kind: 'role', feeds: { setting: 'roles' } },
      { name: 'trusted', kind: 'role', feeds: { setting: 'trustedRoles' } },
      { name: 'approval_above', kind: 'text', feeds: { setting: 'approvalAboveMicros' } },
      { name: 'admin_channel', kind: 'text', feeds: { setting: 'adminChannel' } },
      { name: 'allowed_channels', kind: 'text', feeds: { setting: 'allowedChannels' } },
      { name: 'blocked_words', kind: 'text', feeds: { setting: 'blockedWords' } },
      { name: 'daily', kind: 'integer', feeds: { setting: 'dailyRequests' }, min: 0, max: 10_000 },
      { name: 'reset', kind: 'boolean', feeds: { of: 'reset' } },
    ],
  },
  {
    name: 'budget',
    admins: false,
    options: [
      { name: 'amount', kind: 'text', feeds: office },
      { name: 'whose', kind: 'text', feeds: office, choices: 'whose' },
      { name: 'who', kind: 'person', feeds: office },
      { name: 'for_role', kind: 'role', feeds: office },
    ],
  },
  { name: 'stats', admins: false, options: [] },
  { name: 'pause', admins: true, options: [{ name: 'end', kind: 'boolean', feeds: office }] },
  {
    name: 'ban',
    admins: true,
    options: [
      { name: 'person', kind: 'person', feeds: office, required: true },
      { name: 'lift', kind: 'boolean', feeds: office },
    ],
  },
  {
    name: 'unsettled',
    admins: true,
    options: [
      { name: 'operation', kind: 'text', feeds: office },
      { name: 'charged', kind: 'boolean', feeds: office },
    ],
  },
  { name: 'ledger', admins: true, options: [] },
  { name: 'audit', admins: true, options: [] },
  { name: 'forget', admins: false, options: [{ name: 'sure', kind: 'boolean', feeds: office }] },
]

/** The commands on messages. */
export const messageCommands: readonly MessageCommand[] = [
  { name: 'animate', image: 'firstFrame' },
  { name: 'last_frame', image: 'lastFrame' },
]

/** The command of that name. */
export function findCommand(name: string): Command | undefined {
  return commands.find((command) => command.name === name)
}
