import { z } from 'zod'
import { findTextModel, textModels } from '../core/models.ts'
import {
  bucketFolder,
  chosenToken,
  count,
  decimal,
  dollars,
  duration,
  flag,
  host,
  keySecret,
  list,
  origins,
  pasted,
  secret,
  webAddress,
  whole,
} from './values.ts'

const dollar = 1_000_000
const text = z.string()
const textModelIds = textModels.map((model) => model.id)

/**
 * Every variable that Dailies reads, each with what it accepts and what holds when it is not set. What a variable means
 * stands in .env.example, which a test keeps equal to this table.
 */
export const variables = z.object({
  GEMINI_API_KEY: secret.optional(),
  GOOGLE_API_KEY: secret.optional(),
  GOOGLE_GEMINI_BASE_URL: webAddress.optional(),
  GOOGLE_CLOUD_PROJECT: text.regex(/^[a-z0-9.:-]+$/, 'write the id of the project, not its name').optional(),
  GOOGLE_CLOUD_LOCATION: text.regex(/^[a-z0-9-]+$/, 'write a location such as us-central1').default('us-central1'),
  GOOGLE_APPLICATION_CREDENTIALS: text.optional(),
  GOOGLE_VERTEX_BASE_URL: webAddress.optional(),
  VERTEX_STORAGE_URI: bucketFolder.optional(),
  GOOGLE_STORAGE_BASE_URL: webAddress.optional(),
  VIDEO_SERVICE: z
    .enum(['auto', 'developer', 'vertex', 'omni', 'rehearsal'], {
      error: 'write auto, developer, vertex, omni or rehearsal',
    })
    .default('auto'),
  MODELS: list(() => true, '').optional(),
  SUGGEST_MODEL: text.refine((id) => findTextModel(id) !== undefined, `write ${textModelIds.join(', ')}`).optional(),
  GOOGLE_REQUESTS_PER_SECOND: decimal(0.1, 10_000).optional(),

  DATABASE_URL: text
    .regex(
      /^(file:.|postgres(ql)?:\/\/[^/]+\/.)/,
      'write file: and a path, such as file:./data/dailies.db, or postgres://user:password@host/database',
    )
    .default('file:./data/dailies.db'),
  DATABASE_CONNECTIONS: whole(1, 1000).default(10),
  OUTPUTS_URL: text
    .refine(
      (value) => !/^[a-z0-9+.-]{2,}:/i.test(value) || /^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](\/|$)/.test(value),
      'write the path of a folder, such as ./outputs, or s3://bucket/prefix',
    )
    .default('./outputs'),
  S3_ENDPOINT: webAddress.optional(),
  AWS_REGION: text.regex(/^[a-z0-9-]+$/, 'write a region such as eu-central-1').default('us-east-1'),
  AWS_ACCESS_KEY_ID: pasted.optional(),
  AWS_SECRET_ACCESS_KEY: secret.optional(),
  AWS_SESSION_TOKEN: secret.optional(),
  FFMPEG_PATH: text.optional(),

  HOST: host.default('127.0.0.1'),
  PORT: whole(0, 65_535).default(3000),
  PUBLIC_URL: webAddress.optional(),
  WEB_ACCESS_TOKEN: chosenToken.optional(),
  WEB_ADMIN_TOKEN: chosenToken.optional(),
  ALLOWED_ORIGINS: origins.default([]),

  POLL_INTERVAL_SECONDS: decimal(0.05, 3600).default(5),
  MAX_CONCURRENT: whole(1, 100_000).default(10),
  OPERATION_TIMEOUT: duration.default(900),
  RETENTION_DAYS: decimal(0.01, 3650).default(2),

  BUDGET_REQUESTER_DAILY_USD: dollars.default(5 * dollar),
  BUDGET_WORKSPACE_MONTHLY_USD: dollars.default(50 * dollar),
  BUDGET_TOTAL_MONTHLY_USD: dollars.default(50 * dollar),
  MAX_IN_FLIGHT_PER_REQUESTER: count.default(3),
  APPROVAL_ABOVE_USD: dollars.default(null),

  DISCORD_TOKEN: secret.optional(),
  DISCORD_PUBLIC_KEY: text
    .regex(/^[0-9a-f]{64}$/i, 'write the public key of the application, 64 hexadecimal digits')
    .optional(),
  DISCORD_API_URL: webAddress.default('https://discord.com/api'),
  DISCORD_GUILD_IDS: list((id) => /^\d{5,20}$/.test(id), 'write the servers’ ids, numbers, comma separated').default(
    [],
  ),
  SLACK_BOT_TOKEN: secret
    .refine((token) => !/^(xapp|xoxp)-/.test(token.reveal()), 'use the bot token, which begins with xoxb-')
    .optional(),
  SLACK_APP_TOKEN: secret
    .refine((token) => !/^xox/.test(token.reveal()), 'use the app-level token, which begins with xapp-')
    .optional(),
  SLACK_SIGNING_SECRET: secret.optional(),
  SLACK_CLIENT_ID: text.regex(/^\d+\.\d+$/, 'write the client id of the app, two numbers with a dot').optional(),
  SLACK_CLIENT_SECRET: secret.optional(),
  SLACK_INSTALL_SECRET: keySecret.optional(),
  SLACK_TEAM_IDS: list(
    (id) => /^(T[A-Z0-9]+|any)$/.test(id),
    'write workspace ids such as T012AB3CD, or any',
  ).optional(),
  SLACK_API_URL: webAddress.transform((url) => `${url}/`).default('https://slack.com/api/'),
  ADMIN_IDS: list(
    (id) => /^(discord:\d{5,20}|slack:[UW][A-Z0-9]+)$/.test(id),
    'write discord:<user id>, a number, or slack:<user id>, such as slack:U012AB3CD, comma separated; no names',
  ).default([]),

  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error'], { error: 'write debug, info, warn or error' }).default('info'),
  LOG_PROMPTS: flag.default(false),
  REHEARSAL_SECONDS: decimal(0, 3600).default(4),
})

export type Values = z.output<typeof variables>

/** The names of all variables, in the order of the table. */
export const variableNames: readonly string[] = Object.keys(variables.shape)
