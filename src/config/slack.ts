import type { SettingProblem } from './read.ts'
import type { Secret } from './secret.ts'
import type { Values } from './variables.ts'

export interface SlackSettings {
  /** Null where workspaces install the app by themselves. */
  readonly botToken: Secret | null
  /** With it: Socket Mode. */
  readonly appToken: Secret | null
  /** With it and without `appToken`: HTTP. */
  readonly signingSecret: Secret | null
  /** With a closing slash. */
  readonly apiUrl: string
  /** Null for the one workspace of the bot token. */
  readonly install: SlackInstallSettings | null
}

/** How workspaces install the app by themselves. */
export interface SlackInstallSettings {
  readonly clientId: string
  readonly clientSecret: Secret
  /** Encrypts their tokens. */
  readonly secret: Secret
  /** Where Slack leads back to, without a closing slash. */
  readonly publicUrl: string
  /** The workspaces that are let in; null for any. */
  readonly teams: readonly string[] | null
}

/** Null where Slack is switched off. Whole only where there is no problem. */
export function slackFrom(values: Values): SlackSettings | null {
  const install = installFrom(values)
  if (!values.SLACK_BOT_TOKEN && install === null) return null
  return {
    botToken: values.SLACK_BOT_TOKEN ?? null,
    appToken: values.SLACK_APP_TOKEN ?? null,
    signingSecret: values.SLACK_SIGNING_SECRET ?? null,
    apiUrl: values.SLACK_API_URL,
    install,
  }
}

function installFrom(values: Values): SlackInstallSettings | null {
  const { SLACK_CLIENT_ID, SLACK_CLIENT_SECRET, SLACK_INSTALL_SECRET, SLACK_TEAM_IDS, PUBLIC_URL } = values
  if (!SLACK_CLIENT_ID || !SLACK_CLIENT_SECRET || !SLACK_INSTALL_SECRET || !SLACK_TEAM_IDS || !PUBLIC_URL) return null
  return {
    clientId: SLACK_CLIENT_ID,
    clientSecret: SLACK_CLIENT_SECRET,
    secret: SLACK_INSTALL_SECRET,
    publicUrl: PUBLIC_URL,
    teams: SLACK_TEAM_IDS.includes('any') ? null : SLACK_TEAM_IDS,
  }
}

const forInstalling = {
  SLACK_CLIENT_ID: 'from “Basic Information” of the app',
  SLACK_CLIENT_SECRET: 'from “Basic Information” of the app',
  SLACK_SIGNING_SECRET: 'because events of several workspaces come over HTTP',
  SLACK_INSTALL_SECRET: 'because it encrypts the workspaces’ tokens; `openssl rand -hex 32` makes a good one',
  SLACK_TEAM_IDS: 'to the ids of the workspaces that may install the app, or to any: they spend your money',
  PUBLIC_URL: 'because Slack leads people back there',
} as const

/** What is wrong with Slack's settings in view of each other. */
export function slackProblems(values: Values): SettingProblem[] {
  const problem = (variable: string, remedy: string) => ({ variable, given: null, remedy })
  const { SLACK_CLIENT_ID, SLACK_CLIENT_SECRET, SLACK_INSTALL_SECRET, SLACK_TEAM_IDS } = values
  if (SLACK_CLIENT_ID || SLACK_CLIENT_SECRET || SLACK_INSTALL_SECRET || SLACK_TEAM_IDS) {
    const names = Object.keys(forInstalling) as (keyof typeof forInstalling)[]
    const missing = names.filter((name) => !values[name])
    const useless = (['SLACK_BOT_TOKEN', 'SLACK_APP_TOKEN'] as const).filter((name) => values[name])
    return [
      ...missing.map((name) =>
        problem(name, `set it ${forInstalling[name]}; workspaces install the app by themselves`),
      ),
      ...useless.map((name) => problem(name, 'leave it out: with SLACK_CLIENT_ID every workspace has its own token')),
    ]
  }
  const events = values.SLACK_APP_TOKEN ?? values.SLACK_SIGNING_SECRET
  if (values.SLACK_BOT_TOKEN && !events) {
    const remedy = 'set it for Socket Mode, or SLACK_SIGNING_SECRET for HTTP, beside SLACK_BOT_TOKEN'
    return [problem('SLACK_APP_TOKEN', remedy)]
  }
  if (!values.SLACK_BOT_TOKEN && events) {
    return [problem('SLACK_BOT_TOKEN', 'set it as well: the other Slack settings do nothing without it')]
  }
  return []
}
