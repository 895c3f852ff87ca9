import { z } from 'zod'
import { invalid, parseForm, refusals } from './refusal.ts'

const text = (longest: number) => z.string().min(1).max(longest)
const link = z.string().regex(/^(https?|attachment):\/\//)
const embed = z.object({
  title: z.string().max(256).optional(),
  description: z.string().max(4096).optional(),
  url: link.optional(),
  color: z.number().int().min(0).max(0xffffff).optional(),
  timestamp: z.iso.datetime({ offset: true }).optional(),
  footer: z.object({ text: text(2048), icon_url: link.optional() }).optional(),
  author: z.object({ name: text(256), url: link.optional(), icon_url: link.optional() }).optional(),
  image: z.object({ url: link }).optional(),
  thumbnail: z.object({ url: link }).optional(),
  fields: z
    .array(z.object({ name: text(256), value: text(1024), inline: z.boolean().optional() }))
    .max(25)
    .optional(),
})
export type Embed = z.infer<typeof embed>

const emoji = z.object({ id: z.string().nullish(), name: z.string().optional() })
const button = z.object({
  type: z.literal(2),
  style: z.number().int().min(1).max(5),
  label: text(80).optional(),
  emoji: emoji.optional(),
  custom_id: text(100).optional(),
  url: z.url().max(512).optional(),
  disabled: z.boolean().optional(),
})
export const stringSelect = z.object({
  type: z.literal(3),
  custom_id: text(100),
  placeholder: z.string().max(150).optional(),
  min_values: z.number().int().min(0).max(25).optional(),
  max_values: z.number().int().min(1).max(25).optional(),
  disabled: z.boolean().optional(),
  required: z.boolean().optional(),
  options: z
    .array(
      z.object({
        label: text(100),
        value: text(100),
        description: z.string().max(100).optional(),
        emoji: emoji.optional(),
        default: z.boolean().optional(),
      }),
    )
    .min(1)
    .max(25),
})
const entitySelect = z.object({
  type: z.union([z.literal(5), z.literal(6), z.literal(7), z.literal(8)]),
  custom_id: text(100),
  placeholder: z.string().max(150).optional(),
  min_values: z.number().int().min(0).max(25).optional(),
  max_values: z.number().int().min(1).max(25).optional(),
  disabled: z.boolean().optional(),
  required: z.boolean().optional(),
  channel_types: z.array(z.number()).optional(),
  default_values: z.array(z.object({ id: z.string(), type: z.string() })).optional(),
})
const row = z.object({
  type: z.literal(1),
  components: z
    .array(z.union([button, stringSelect, entitySelect]))
    .min(1)
    .max(5),
})
export type Row = z.infer<typeof row>

const id = z.string().regex(/^\d{5,20}$/)
const allowedMentions = z.object({
  parse: z.array(z.enum(['roles', 'users', 'everyone'])).optional(),
  users: z.array(id).max(100).optional(),
  roles: z.array(id).max(100).optional(),
  replied_user: z.boolean().optional(),
})
const attachment = z.object({
  id: z.union([z.string(), z.number()]),
  filename: z.string().min(1).max(1024).optional(),
  description: z.string().max(1024).nullish(),
})
const message = z.object({
  content: z.string().max(2000).nullish(),
  embeds: z.array(embed).max(10).nullish(),
  components: z.array(row).max(5).nullish(),
  allowed_mentions: allowedMentions.nullish(),
  attachments: z.array(attachment).max(10).nullish(),
  flags: z.number().int().nullish(),
  nonce: z.union([z.string().max(25), z.number().int()]).nullish(),
  enforce_nonce: z.boolean().optional(),
  tts: z.boolean().optional(),
  message_reference: z
    .object({
      message_id: id,
      channel_id: id.optional(),
      guild_id: id.optional(),
      fail_if_not_exists: z.boolean().optional(),
      type: z.number().optional(),
    })
    .nullish(),
})
export type MessageBody = z.infer<typeof message>

const flagsAllowed = { create: 4 | 4096, webhook: 4 | 64 | 4096, edit: 4 } as const

/** A message as Discord would accept it for that door; throws the refusal Discord answers with otherwise. */
export function parseMessage(body: unknown, door: keyof typeof flagsAllowed): MessageBody {
  const parsed = parseForm(message, body)
  const flags = parsed.flags ?? 0
  if ((flags & ~flagsAllowed[door]) !== 0) throw invalid(['flags'], 'MESSAGE_FLAGS_INVALID', `flags ${flags}`)
  checkEmbeds(parsed.embeds ?? [])
  checkComponents(parsed.components ?? [])
  const allowed = parsed.allowed_mentions
  if (allowed?.parse?.includes('users') && allowed.users?.length) {
    throw invalid(['allowed_mentions'], 'MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE', 'parse and users exclude')
  }
  if (parsed.enforce_nonce && (parsed.nonce ?? null) === null)
    throw invalid(['nonce'], 'NONCE_REQUIRED', 'nonce needed')
  return parsed
}

/** A new message must show something. */
export function mustNotBeEmpty(body: MessageBody, files: number): void {
  const shows = body.content?.trim() || body.embeds?.length || body.components?.length || files > 0
  if (!shows) throw refusals.emptyMessage()
}

function checkEmbeds(embeds: readonly Embed[]): void {
  let sum = 0
  for (const each of embeds) {
    sum += (each.title?.length ?? 0) + (each.description?.length ?? 0) + (each.footer?.text.length ?? 0)
    sum += each.author?.name.length ?? 0
    for (const field of each.fields ?? []) sum += field.name.length + field.value.length
  }
  if (sum > 6000) throw invalid(['embeds'], 'MAX_EMBED_SIZE_EXCEEDED', 'Embed size exceeds maximum size of 6000')
}

function checkComponents(rows: readonly Row[]): void {
  const seen = new Set<string>()
  for (const [index, each] of rows.entries()) {
    const at = ['components', index]
    if (each.components.length > 1 && each.components.some((part) => part.type !== 2)) {
      throw invalid(at, 'COMPONENT_LAYOUT_WIDTH_EXCEEDED', 'a select fills its row')
    }
    for (const part of each.components) {
      if (part.type === 2) checkButton(part, at)
      if (part.type === 3) checkSelect(part, at)
      if (part.custom_id === undefined) continue
      if (seen.has(part.custom_id)) throw invalid(at, 'COMPONENT_CUSTOM_ID_DUPLICATED', 'custom id repeats')
      seen.add(part.custom_id)
    }
  }
}

function checkButton(part: z.infer<typeof button>, at: (string | number)[]): void {
  if (part.label === undefined && part.emoji === undefined) throw invalid(at, 'BUTTON_COMPONENT_INVALID', 'no label')
  const isLink = part.style === 5
  if (isLink !== (part.url !== undefined) || isLink === (part.custom_id !== undefined)) {
    throw invalid(at, 'BUTTON_COMPONENT_CUSTOM_ID_REQUIRED', 'a link button has a url, every other a custom id')
  }
}

export function checkSelect(part: z.infer<typeof stringSelect>, at: (string | number)[]): void {
  const values = part.options.map((each) => each.value)
  if (new Set(values).size < values.length)
    throw invalid(at, 'SELECT_COMPONENT_OPTION_VALUE_DUPLICATED', 'value repeats')
  if ((part.max_values ?? 1) > values.length) throw invalid(at, 'BASE_TYPE_BAD', 'max_values over the options')
  const preset = part.options.filter((each) => each.default).length
  if (preset > (part.max_values ?? 1)) throw invalid(at, 'SELECT_COMPONENT_TOO_MANY_DEFAULT_VALUES', 'defaults')
}

/** Whom a new message pings, as Discord resolves content, allowed_mentions and the reply. */
export function pingsOf(body: MessageBody, repliedAuthor: string | null): string[] {
  const content = body.content ?? ''
  const allowed = body.allowed_mentions
  const may = (kind: 'users' | 'roles', id: string) =>
    !allowed || (allowed.parse?.includes(kind) ?? false) || (allowed[kind]?.includes(id) ?? false)
  const pings = new Set<string>()
  for (const found of content.matchAll(/<@!?(\d+)>/g)) if (may('users', found[1] ?? '')) pings.add(found[1] ?? '')
  for (const found of content.matchAll(/<@&(\d+)>/g)) if (may('roles', found[1] ?? '')) pings.add(`&${found[1]}`)
  if (/@(everyone|here)/.test(content) && (!allowed || allowed.parse?.includes('everyone'))) pings.add('everyone')
  if (repliedAuthor !== null && (!allowed || allowed.replied_user)) pings.add(repliedAuthor)
  return [...pings]
}
