import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { unapproved } from './config/approval.ts'
import { parseEnvFile } from './config/env-file.ts'
import { type GoogleSettings, googleFrom } from './config/google.ts'
import { type Environment, readValues, type SettingProblem } from './config/read.ts'
import { Secret } from './config/secret.ts'
import { type SlackSettings, slackFrom, slackProblems } from './config/slack.ts'
import type { Values } from './config/variables.ts'
import { hostIn, isLoopback } from './core/loopback.ts'
import type { Policy } from './core/policy.ts'

/** Everything that can be set, checked. */
export interface Config {
  readonly google: GoogleSettings
  readonly databaseUrl: string
  /** Connections to PostgreSQL that this process holds at most. */
  readonly databaseConnections: number
  /** A folder, or `s3://bucket/prefix` where `s3` is not null. */
  readonly outputsUrl: string
  readonly s3: S3Settings | null
  /** The ffmpeg program; null to look it up in PATH. */
  readonly ffmpegPath: string | null
  /** PATH: the folders in which to look for programs. */
  readonly searchPath: string
  readonly web: {
    readonly host: string
    readonly port: number
    /** Where people reach the service from outside, without a closing slash. */
    readonly publicUrl: string | null
    readonly accessToken: Secret | null
    readonly adminToken: Secret | null
    readonly allowedOrigins: readonly string[]
  }
  /** What core goes by. */
  readonly policy: Policy
  /** Null where the front end is switched off. */
  readonly discord: DiscordSettings | null
  readonly slack: SlackSettings | null
  /** `discord:<user id>` and `slack:<user id>`. */
  readonly adminIds: readonly string[]
  readonly log: { readonly level: Values['LOG_LEVEL']; readonly prompts: boolean }
  readonly rehearsalSeconds: number
  /** The options that stood before `--` on npm's command line, which npm keeps for itself, without their dashes. */
  readonly npmOptions: readonly string[]
  /** Every secret there is, for the log to hide. */
  readonly secrets: readonly Secret[]
  /** What is odd but no reason to stop, one sentence each. */
  readonly warnings: readonly string[]
}

/** How the S3 store of `OUTPUTS_URL` is reached. */
export interface S3Settings {
  /** Null for Amazon's own. */
  readonly endpoint: string | null
  readonly region: string
  readonly accessKeyId: string
  readonly secretAccessKey: Secret
  readonly sessionToken: Secret | null
}

export interface DiscordSettings {
  readonly token: Secret
  /** With it events come over HTTP at /discord/interactions; null for a gateway. */
  readonly publicKey: string | null
  /** Without a closing slash. */
  readonly apiUrl: string
  readonly guildIds: readonly string[]
}

/** The one error of a bad configuration: its message has a line for each problem. */
export class ConfigError extends Error {
  readonly problems: readonly SettingProblem[]

  constructor(problems: readonly SettingProblem[]) {
    const lines = problems.map((problem) => `  ${describeProblem(problem)}`)
    super(`These settings keep Dailies from starting (see .env.example):\n${lines.join('\n')}`)
    this.name = 'ConfigError'
    this.problems = problems
  }
}

/** One problem as a line: the variable, what is wrong, what to do. Never shows the value of a secret. */
function describeProblem({ variable, given, remedy }: SettingProblem): string {
  return given === null ? `${variable}: ${remedy}` : `${variable} is "${given}": ${remedy}`
}

/**
 * The process's variables over those of the folder's `.env`, where there is one. Throws ConfigError where that cannot be
 * read, or a value in it is cut short by a `#`.
 */
export function readEnvironment(folder: string): Environment {
  const file = join(folder, '.env')
  const { values, cut } = parseEnvFile(existsSync(file) ? textOf(file) : '')
  const remedy =
    'in .env everything from # on is left out; put the value between quotes, or a space before # if a comment begins there'
  if (cut.length > 0) throw new ConfigError(cut.map((variable) => ({ variable, given: null, remedy })))
  return { ...values, ...process.env }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException
    const remedy = `cannot be read (${code}); make it a file that this user may read, or remove it`
    throw new ConfigError([{ variable: '.env', given: null, remedy }])
  }
}

/** Checks all variables at once; an empty one counts as not set. Throws ConfigError with every problem. */
export function readConfig(environment: Environment): Config {
  const { values, problems: bad } = readValues(environment)
  const google = googleFrom(values)
  const across = [...google.problems, ...problemsAcross(values), ...slackProblems(values), ...leaksIn(environment)]
  const problems = [...bad, ...across.filter((each) => !bad.some(({ variable }) => variable === each.variable))]
  if (problems.length > 0) throw new ConfigError(problems)
  return {
    google: google.settings,
    databaseUrl: values.DATABASE_URL,
    databaseConnections: values.DATABASE_CONNECTIONS,
    outputsUrl: values.OUTPUTS_URL,
    s3: s3From(values),
    ffmpegPath: values.FFMPEG_PATH ?? null,
    searchPath: environment.PATH ?? '',
    web: {
      host: values.HOST,
      port: values.PORT,
      publicUrl: values.PUBLIC_URL ?? null,
      accessToken: values.WEB_ACCESS_TOKEN ?? null,
      adminToken: values.WEB_ADMIN_TOKEN ?? null,
      allowedOrigins: values.ALLOWED_ORIGINS,
    },
    policy: {
      pollIntervalSeconds: values.POLL_INTERVAL_SECONDS,
      maxConcurrent: values.MAX_CONCURRENT,
      operationTimeoutSeconds: values.OPERATION_TIMEOUT,
      retentionDays: values.RETENTION_DAYS,
      maxInFlightPerRequester: values.MAX_IN_FLIGHT_PER_REQUESTER,
      requesterDailyMicros: values.BUDGET_REQUESTER_DAILY_USD,
      workspaceMonthlyMicros: values.BUDGET_WORKSPACE_MONTHLY_USD,
      totalMonthlyMicros: values.BUDGET_TOTAL_MONTHLY_USD,
      approvalAboveMicros: values.APPROVAL_ABOVE_USD,
      free: google.settings.rehearsal,
      models: google.models,
    },
    discord: discordFrom(values),
    slack: slackFrom(values),
    adminIds: values.ADMIN_IDS,
    log: { level: values.LOG_LEVEL, prompts: values.LOG_PROMPTS },
    rehearsalSeconds: values.REHEARSAL_SECONDS,
    npmOptions: npmOptionsIn(environment),
    secrets: [...Object.values(values).filter((value) => value instanceof Secret), ...passwordIn(values.DATABASE_URL)],
    warnings: [...google.warnings, ...unapproved(values)],
  }
}

function npmOptionsIn(environment: Environment): string[] {
  const names = Object.keys(environment).flatMap((name) => /^npm_config_([a-z_]+)$/.exec(name)?.[1] ?? [])
  return names.map((name) => name.replaceAll('_', '-'))
}

function passwordIn(url: string): Secret[] {
  const password = /^postgres/.test(url) ? URL.parse(url)?.password : ''
  return password ? [new Secret(decoded(password))] : []
}

/** As pg reads it: a percent sign that begins no code is one. */
function decoded(text: string): string {
  return text.replace(/(%[0-9a-f]{2})+/gi, (codes) => {
    try {
      return decodeURIComponent(codes)
    } catch {
      return codes
    }
  })
}

function keepsInS3({ OUTPUTS_URL }: Values): boolean {
  return OUTPUTS_URL.startsWith('s3:')
}

function s3From(values: Values): S3Settings | null {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = values
  if (!keepsInS3(values) || !AWS_ACCESS_KEY_ID || !AWS_SECRET_ACCESS_KEY) return null
  return {
    endpoint: values.S3_ENDPOINT ?? null,
    region: values.AWS_REGION,
    accessKeyId: AWS_ACCESS_KEY_ID,
    secretAccessKey: AWS_SECRET_ACCESS_KEY,
    sessionToken: values.AWS_SESSION_TOKEN ?? null,
  }
}

function discordFrom(values: Values): DiscordSettings | null {
  if (!values.DISCORD_TOKEN) return null
  return {
    token: values.DISCORD_TOKEN,
    publicKey: values.DISCORD_PUBLIC_KEY ?? null,
    apiUrl: values.DISCORD_API_URL,
    guildIds: values.DISCORD_GUILD_IDS,
  }
}

/** Google's own library reads this one, and then prints headers and bodies, the key among them. */
function leaksIn({ GOOGLE_GENAI_DEBUG: debug }: Environment): SettingProblem[] {
  const remedy = 'leave it out: Google’s library would print the key and every prompt'
  return debug ? [{ variable: 'GOOGLE_GENAI_DEBUG', given: null, remedy }] : []
}

/** What is wrong only in view of another variable. */
function problemsAcross(values: Values): SettingProblem[] {
  const problems: SettingProblem[] = []
  const need = (variable: string, remedy: string) => problems.push({ variable, given: null, remedy })
  const door = values.WEB_ACCESS_TOKEN ? null : doorIn(values)
  if (door) need('WEB_ACCESS_TOKEN', `set it, because ${door}`)
  if (values.WEB_ADMIN_TOKEN && values.WEB_ADMIN_TOKEN.reveal() === values.WEB_ACCESS_TOKEN?.reveal()) {
    need('WEB_ADMIN_TOKEN', 'set another than WEB_ACCESS_TOKEN: with one for both everybody is an admin')
  }
  if (values.DISCORD_PUBLIC_KEY && !values.DISCORD_TOKEN) {
    need('DISCORD_TOKEN', 'set it as well, because DISCORD_PUBLIC_KEY alone leaves Discord off')
  }
  for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'] as const) {
    if (keepsInS3(values) && !values[name]) need(name, 'set it, because OUTPUTS_URL names an S3 bucket')
  }
  return problems
}

/** By what others reach the web page, where nobody is asked who they are without a token; null where only this machine does. */
function doorIn(values: Values): string | null {
  const { HOST, PUBLIC_URL, DISCORD_PUBLIC_KEY, SLACK_SIGNING_SECRET, SLACK_APP_TOKEN } = values
  if (!isLoopback(HOST)) return `HOST=${HOST} lets others in; or leave HOST at 127.0.0.1`
  const lets = (variable: string) =>
    `${variable} lets others reach the web page, where everybody may spend your money without a token`
  if (PUBLIC_URL && !isLoopback(hostIn(new URL(PUBLIC_URL)))) return lets('PUBLIC_URL')
  // Whatever brings these events to this machine can bring anything else.
  if (DISCORD_PUBLIC_KEY) return lets('DISCORD_PUBLIC_KEY')
  return SLACK_SIGNING_SECRET && !SLACK_APP_TOKEN ? lets('SLACK_SIGNING_SECRET') : null
}
