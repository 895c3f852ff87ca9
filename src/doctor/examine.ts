import { bucketLacks, modelFor, storageFor } from '../compose.ts'
import type { Environment } from '../config/read.ts'
import type { SlackSettings } from '../config/slack.ts'
import { type Config, ConfigError, type DiscordSettings, readConfig } from '../config.ts'
import { systemClock } from '../core/clock.ts'
import type { Log } from '../core/ports/machine.ts'
import { isPostgres, openStore, pathOf } from '../db/open.ts'
import { migrationsToCome } from '../db/to-come.ts'
import { type Check, runDoctor } from '../doctor.ts'
import { findEncoder } from '../files/encoder.ts'
import { createLog } from '../log.ts'
import { bucketCheck, encoderCheck, folderCheck, nodeCheck } from './machine.ts'
import { databaseCheck, googleCheck, settingsCheck, storageCheck } from './service.ts'

const timeoutMs = 20_000

/**
 * `npm run doctor`: looks at everything that the variables configure, writes a line about each to `out`, and resolves
 * to the exit code. With a bad configuration it tells the bad settings, and looks only at what needs none.
 */
export async function examine(read: () => Environment, out: { write(line: string): unknown }): Promise<number> {
  const config = configured(read)
  const always = [settingsCheck(config), nodeCheck(process.versions.node)]
  const bad = config instanceof ConfigError
  const checks = bad ? always : [...always, ...checksOf(config)]
  return runDoctor(checks, { write: (line) => out.write(line), secrets: bad ? [] : config.secrets, timeoutMs })
}

function configured(read: () => Environment): Config | ConfigError {
  try {
    return readConfig(read())
  } catch (error) {
    if (error instanceof ConfigError) return error
    throw error
  }
}

function checksOf(config: Config): readonly Check[] {
  // What the parts would log, they say in their findings.
  const log = createLog({ level: 'silent', prompts: false, secrets: config.secrets, out: process.stderr })
  return [
    ...(config.google.rehearsal ? [] : [googleCheck(config, (service) => modelFor(config, service, log))]),
    ...vertexStorage(config, log),
    outputsCheck(config),
    databaseCheck({
      toCome: () => migrationsToCome(config.databaseUrl, log),
      open: () => openStore(config.databaseUrl, { log, tells: false }),
      path: isPostgres(config.databaseUrl) ? null : pathOf(config.databaseUrl),
    }),
    encoderCheck(() => findEncoder(config.ffmpegPath, config.searchPath), config.ffmpegPath),
    ...(config.discord ? [discordCheck(config.discord, log)] : []),
    ...(config.slack ? [slackCheck(config.slack, log)] : []),
  ]
}

function outputsCheck({ outputsUrl, s3 }: Config): Check {
  if (s3 === null) return folderCheck(outputsUrl)
  return bucketCheck(outputsUrl, (neededBytes) => bucketLacks(outputsUrl, s3, neededBytes))
}

function vertexStorage(config: Config, log: Log): readonly Check[] {
  const storage = config.google.rehearsal ? null : storageFor(config, log)
  const uri = config.google.storageUri
  return storage && uri !== null ? [storageCheck(uri, (signal) => storage.missingPermissions(signal))] : []
}

function discordCheck({ token, apiUrl, guildIds, publicKey }: DiscordSettings, log: Log): Check {
  return {
    name: 'discord',
    async run() {
      const { examineDiscord } = await import('../bots/discord/index.ts')
      return examineDiscord({ token: token.reveal(), apiUrl, guildIds, publicKey }, systemClock, log)
    },
  }
}

function slackCheck({ botToken, appToken, apiUrl, install }: SlackSettings, log: Log): Check {
  return {
    name: 'slack',
    async run() {
      const { examine } = await import('../bots/slack/examine.ts')
      const installing = install && { install: { ...install, clientSecret: install.clientSecret.reveal() } }
      const tokens = { botToken: botToken?.reveal() ?? '', appToken: appToken?.reveal() ?? null }
      return examine({ ...tokens, apiUrl, ...installing }, log)
    },
  }
}
