import { z } from 'zod'
import { actions } from '../../core/card.ts'
import { charges, operationStatuses, relations } from '../../core/operation.ts'

/** Numbers may come as text, as forms and the seed's clients send them; core says what they may be. */
const numberOrText = z.union([z.number(), z.string().max(40)])
const flag = z.union([z.boolean(), z.enum(['true', 'false'])])
const name = z.string().max(200)
/** As long as a body may be: core says how much of it a model takes. */
const words = z.string().max(128 * 1024)

/** What asks for a video: the seed's body and what came to it. Core checks the values against the models. */
export const generateBody = z
  .strictObject({
    prompt: words.meta({ example: 'A lion walking through the savanna at sunset' }),
    model: name,
    aspect_ratio: name.meta({ example: '16:9' }),
    resolution: name.meta({ example: '720p' }),
    duration: numberOrText.meta({ description: 'Seconds of video', example: '8' }),
    negative_prompt: words,
    seed: numberOrText,
    person_generation: name,
    draft: flag.meta({ description: 'Render cheaply first; `final` makes the real one' }),
    private: flag.meta({ description: 'Only the requester and admins may see it' }),
    session_id: name.meta({
      description: 'Taken for the sake of older clients and not used: the cookie or token says who asks',
    }),
  })
  .partial()
export type GenerateBody = z.output<typeof generateBody>

const image = z.file().meta({ description: 'PNG, JPEG or WebP, at most 20 MB' })
/** The same with images, as a form sends it. */
export const uploadBody = generateBody.extend({ image, last_frame: image, reference: z.array(image).max(3) }).partial()

/** What asks for a price: pictures are not sent, only told of, as they decide what can be had. */
export const quoteAsked = generateBody.extend({
  images: z
    .strictObject({ first_frame: z.boolean(), last_frame: z.boolean(), references: z.int().min(0).max(3) })
    .partial()
    .optional()
    .meta({ description: 'Which pictures will come with it' }),
  rerun: z
    .strictObject({ operation_id: z.string().max(100), relation: z.enum(relations) })
    .optional()
    .meta({
      description: 'Of what `/operations/:id/<relation>` makes with the rest of the body, whatever may be kept of it',
    }),
})

export const statusBody = z.strictObject({ operation_id: z.string().max(100) })
export const operationParams = z.object({ id: z.string() })

export const listQuery = z.object({
  status: z.enum(operationStatuses).optional(),
  requester: name.optional().meta({ description: 'A requester, or `me`' }),
  model: name.optional(),
  charge: z.enum(charges).optional().meta({ description: '`uncertain`: perhaps charged, until an admin settles it' }),
  hold: z.literal('approval').optional().meta({ description: '`approval`: what waits for an admin' }),
  removed: z.literal('false').optional().meta({ description: '`false`: without what was deleted' }),
  since: z.iso
    .datetime({ offset: true })
    .optional()
    .meta({ description: 'Only what was asked for at this time or later' }),
  search: name.optional().meta({ description: 'Words of the prompt' }),
  cursor: z.string().max(500).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(25),
})

const time = z.iso.datetime().nullable()

/** An Operation as HTTP shows it: the seed's status body and what came to it. */
export const operationBody = z.object({
  operation_id: z.string(),
  status: z.enum(operationStatuses),
  message: z.string(),
  elapsed_seconds: z.number(),
  prompt: z.string(),
  video_url: z.string().optional(),
  video_path: z.string().optional(),
  duration: z.number().optional().meta({ description: 'Of a completed one: the seconds it took, as the seed has it' }),
  detail: z.string().optional().meta({ description: 'Of a failed one: what happened and what to do' }),
  error_code: z.string().nullable(),
  stage: z.string(),
  version: z.number(),
  model: z.string(),
  aspect_ratio: z.string(),
  resolution: z.string(),
  duration_seconds: z.number().meta({ description: 'Seconds of video asked for' }),
  negative_prompt: z.string().nullable(),
  seed: z.number().nullable(),
  draft: z.boolean(),
  images: z.object({ first_frame: z.boolean(), last_frame: z.boolean(), references: z.number() }),
  price_usd: z.number(),
  charge: z.enum(charges),
  poster_url: z.string().nullable(),
  video_bytes: z.number().nullable(),
  video_crc32: z.string().nullable(),
  created_at: time,
  started_at: time,
  finished_at: time,
  expected_at: time,
  requester: z.string(),
  requester_name: z.string(),
  workspace: z.string(),
  private: z.boolean(),
  parent_id: z.string().nullable(),
  relation: z.string().nullable(),
  retired: z.boolean(),
  removed: z.boolean(),
  card: z.object({
    tone: z.enum(['waiting', 'working', 'done', 'failed']),
    title: z.string(),
    text: z.string(),
    fields: z.array(z.object({ label: z.string(), value: z.string(), kind: z.literal('cost').optional() })),
    buttons: z.array(z.object({ action: z.enum(actions), label: z.string(), danger: z.boolean() })),
  }),
})
export type OperationBody = z.output<typeof operationBody>

export const listBody = z.object({ operations: z.array(operationBody), next_cursor: z.string().nullable() })
export const historyBody = z.object({
  history: z.array(z.object({ at: z.iso.datetime(), what: z.string(), detail: z.string(), text: z.string() })),
})

export const modelBody = z.object({
  id: z.string(),
  name: z.string(),
  aspect_ratios: z.array(z.string()),
  offers: z.array(z.object({ resolution: z.string(), durations: z.array(z.number()), usd_per_second: z.number() })),
  usd_per_picture: z.number(),
  first_frame: z.boolean(),
  last_frame: z.boolean(),
  between_frames_seconds: z.number().nullable(),
  max_references: z.number(),
  reference_seconds: z.number().nullable(),
  extension: z
    .object({ adds_seconds: z.array(z.number()), resolution: z.string(), max_seconds: z.number() })
    .nullable(),
  edits: z.boolean(),
  negative_prompt: z.boolean(),
  seed: z.boolean(),
  person_generation: z.array(z.string()),
  cancels: z.boolean(),
  retires_on: z.string().nullable(),
  successor: z.string().nullable(),
})
export const modelsBody = z.object({ models: z.array(modelBody), rehearsal: z.boolean() })

export const quoteBody = z.object({
  model: z.string(),
  aspect_ratio: z.string(),
  resolution: z.string(),
  duration_seconds: z.number(),
  price_usd: z.number(),
})

export const statisticsBody = z.object({
  total: z.number(),
  completed: z.number(),
  failed: z.number(),
  refused: z.number(),
  in_flight: z.number(),
  success_rate: z
    .number()
    .nullable()
    .meta({ description: 'Of what ended by itself, the part that is a video: 0 to 1' }),
  generation_seconds: z
    .object({ min: z.number(), average: z.number(), max: z.number(), p50: z.number(), p90: z.number() })
    .nullable(),
  settled_usd: z.number(),
  reserved_usd: z.number(),
  stored_bytes: z.number(),
})

/** One budget; null where there is no limit. */
export const budgetBody = z.object({
  scope: z.enum(['requester', 'workspace', 'total']),
  limit_usd: z.number().nullable().meta({ description: 'null: without limit' }),
  spent_usd: z.number().meta({ description: 'Spent, reserved or perhaps charged' }),
  left_usd: z.number().nullable(),
  renews: z.string(),
  rehearsal: z.boolean(),
})
/** The budgets that a person draws on, narrow to wide. */
export const ownBudgetsBody = z.object({ budgets: z.array(budgetBody) })

/** Other words for a prompt that was refused, and how they differ. */
export const suggestionBody = z.object({
  prompt: z.string(),
  pieces: z.array(z.object({ kind: z.enum(['same', 'gone', 'new']), text: z.string() })),
  cost_usd: z.number(),
})
/** What admins did, newest first. */
export const auditBody = z.object({
  audit: z.array(
    z.object({
      time: z.iso.datetime(),
      admin: z.string(),
      workspace: z.string(),
      action: z.string(),
      subject: z.string(),
      detail: z.string(),
    }),
  ),
})

export const problemBody = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number(),
  code: z.string(),
  detail: z.string(),
  remedy: z.string().optional(),
  problems: z
    .array(z.object({ field: z.string(), given: z.string(), accepted: z.array(z.string()), detail: z.string() }))
    .optional(),
})

/** What a signed link carries beside the Operation's id. */
export const watchQuery = z.object({
  until: z.coerce
    .number()
    .int()
    .positive()
    .max(Number.MAX_SAFE_INTEGER / 1000),
  signature: z.string().max(100),
})
export const linkBody = z.object({ url: z.string(), expires_at: z.iso.datetime() })

export const eventsQuery = z.object({ operation_id: z.string().max(100).optional() })
export const scopeQuery = z.object({
  scope: name.default('installation').meta({ description: '`installation`, a workspace or `<workspace>/<channel>`' }),
})
export const settingsBody = z.object({ scope: z.string(), settings: z.record(z.string(), z.unknown()) })
export const settingsChange = z.strictObject({
  settings: z.record(z.string(), z.unknown()),
  reset: z.array(name).max(50).optional(),
})

export const signInBody = z.strictObject({ token: z.string().min(1).max(1000) })
export const sessionBody = z.object({
  signed_in: z.boolean(),
  sign_in_required: z.boolean(),
  admin: z.boolean(),
  requester: z.string().nullable(),
  rehearsal: z.boolean(),
})
