import { asVideoError } from '../../core/errors.ts'
import { inputFrom } from '../../core/lineage.ts'
import type { Operation, Relation } from '../../core/operation.ts'
import type { Quote, VideoCommands } from '../../core/ports/commands.ts'
import type { RemoteImage, VideoRequestInput } from '../../core/request.ts'
import type { SlackPerson } from './people.ts'

/** What a form is about; it travels with it, so that it works after a restart. */
export interface Purpose {
  /** Where the video goes; null lets the person choose, and unless they do it goes to them alone. */
  readonly thread: string | null
  readonly relation?: Relation
  readonly parentId?: string
  /** The picture it was opened on. */
  readonly image?: RemoteImage
}

/**
 * What stands in the form for a new video out of an earlier one at first: what would be made without it, so that what is
 * emptied there can be seen to go. What builds on a video has its model and size, and no fields for them.
 */
export function shownFirst(relation: Relation, parent: Operation): VideoRequestInput {
  const { model, aspectRatio, resolution, durationSeconds, ...rest } = inputFrom(relation, parent)
  const size = rest.builds ? {} : { model, aspectRatio, resolution, durationSeconds }
  return { ...rest, ...size, ...(relation === 'extend' ? { prompt: '' } : {}) }
}

/** What would be made of a form as it stands, and its price; a blank prompt is one to come. Throws what sending it would. */
export function quoteFor(
  commands: VideoCommands,
  person: SlackPerson,
  { relation, parentId, image }: Purpose,
  filled: VideoRequestInput,
): Promise<Quote> {
  const input = { ...filled, prompt: filled.prompt?.trim() ? filled.prompt : '…' }
  if (relation === undefined || parentId === undefined) {
    return commands.quote({ firstFrame: image ?? null, ...input }, person)
  }
  return commands.quoteRerun(relation, parentId, { person, input })
}

/** Takes back choices that cannot be had until the rest can: the last ones first. */
export async function possible(
  commands: VideoCommands,
  person: SlackPerson,
  purpose: Purpose,
  input: VideoRequestInput,
): Promise<VideoRequestInput> {
  const open = ['durationSeconds', 'resolution', 'aspectRatio', 'model'] as const
  let rest = input
  for (const _ of open) {
    try {
      await quoteFor(commands, person, purpose, { ...rest, prompt: '…', negativePrompt: null, seed: null })
      return rest
    } catch (thrown) {
      const { problems } = asVideoError(thrown)
      const wrong = open.find((name) => rest[name] && problems.some(({ field }) => field === name))
      if (wrong === undefined) return rest
      rest = { ...rest, [wrong]: null }
    }
  }
  return rest
}
