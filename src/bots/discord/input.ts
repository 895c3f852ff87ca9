import type {
  APIApplicationCommandInteractionDataBasicOption,
  APIAttachment,
  APIInteractionDataResolved,
  APIMessage,
} from 'discord.js'
import type { RemoteImage, VideoRequestInput } from '../../core/request.ts'
import type { Command } from '../command.ts'

/** An attachment as core takes it: by its address, fetched later. */
export function imageOf(attachment: APIAttachment): RemoteImage {
  return {
    kind: 'remote',
    url: attachment.url,
    declaredType: attachment.content_type ?? null,
    declaredBytes: attachment.size,
    name: attachment.filename,
  }
}

/** The attachments of a message, or of the one that it forwards. */
export function attachmentsOf(message: APIMessage | undefined): readonly APIAttachment[] {
  const forwarded = message?.message_snapshots?.flatMap((snapshot) => snapshot.message.attachments) ?? []
  return [...(message?.attachments ?? []), ...forwarded]
}

/** The attachments that may be pictures, by what Discord says of them; what they are is found out from their bytes. */
export function picturesOf(attachments: readonly APIAttachment[]): readonly RemoteImage[] {
  return attachments
    .filter((each) => each.content_type?.startsWith('image/') || /\.(png|jpe?g|webp)$/i.test(each.filename))
    .map(imageOf)
}

/** One option as the member gave it, with the description of it. */
export interface Given {
  readonly option: Command['options'][number]
  readonly value: string | number | boolean
  readonly attachment: APIAttachment | null
}

/** The options that were given, each with what it feeds. Unknown ones are left out. */
export function givenOf(
  command: Command,
  options: readonly APIApplicationCommandInteractionDataBasicOption[] | undefined,
  resolved: APIInteractionDataResolved | undefined,
): readonly Given[] {
  return (options ?? []).flatMap((each) => {
    const option = command.options.find((known) => known.name === each.name)
    if (!option) return []
    const attachment = resolved?.attachments?.[String(each.value)] ?? null
    return [{ option, value: each.value, attachment }]
  })
}

type Writable = { -readonly [Key in keyof VideoRequestInput]: VideoRequestInput[Key] }

/** The options that describe a video. */
export function requestOf(given: readonly Given[]): VideoRequestInput {
  const input: Writable = {}
  const references: RemoteImage[] = []
  for (const { option, value, attachment } of given) {
    if (!('request' in option.feeds)) continue
    const field = option.feeds.request
    if (field === 'references') {
      if (attachment) references.push(imageOf(attachment))
    } else if (attachment) Object.assign(input, { [field]: imageOf(attachment) })
    else Object.assign(input, { [field]: value })
  }
  return references.length > 0 ? { ...input, references } : input
}

/** Whether the answer shall be for the requester alone. */
export function wantsPrivate(given: readonly Given[]): boolean {
  return given.some(({ option, value }) => 'of' in option.feeds && option.feeds.of === 'private' && value === true)
}
