import { constants, existsSync } from 'node:fs'
import { access } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { Finding } from '../bots/bot.ts'
import { type Config, ConfigError } from '../config.ts'
import { asVideoError, VideoError } from '../core/errors.ts'
import { findModel, type Service } from '../core/models.ts'
import type { VideoModel } from '../core/ports/google.ts'
import type { OperationStore } from '../core/ports/store.ts'
import { describeError } from '../core/wording.ts'
import { isDamaged } from '../db/failure.ts'
import type { Check } from '../doctor.ts'

/** The settings: their warnings, or one line for each problem of a bad configuration. */
export function settingsCheck(config: Config | ConfigError): Check {
  const name = 'settings'
  const found = config instanceof ConfigError ? problemsIn(config) : wellIn(config)
  return { name, run: async () => found.map((finding) => ({ name, ...finding })) }
}

function problemsIn({ problems }: ConfigError): Omit<Finding, 'name'>[] {
  return problems.map(({ variable, given, remedy }) => {
    const text = given === null ? variable : `${variable} is "${given}"`
    return { ok: false, text, remedy }
  })
}

function wellIn({ google, warnings }: Config): Omit<Finding, 'name'>[] {
  const mode = google.rehearsal
    ? 'rehearsal: videos are made here and cost nothing; GEMINI_API_KEY brings real ones'
    : `real videos from Google (${google.services.join(', ')})`
  return [{ ok: true, text: mode }, ...warnings.map((text) => ({ ok: true, text: `note: ${text}` }))]
}

/**
 * Each service at Google that is configured: whether it takes the credentials, and which of the wanted models can be
 * used. A model that was not named in MODELS may be missing, as long as another can be used.
 */
export function googleCheck(config: Config, modelOf: (service: Service) => VideoModel): Check {
  return {
    name: 'Google',
    async run(signal) {
      const asked = await Promise.all(
        config.google.services.map((service) => askService(service, modelOf(service), signal)),
      )
      const usable = asked.flatMap((each) => each.usable)
      const answered = config.policy.models.filter((id) =>
        asked.some((each) => each.finding.ok && each.service === findModel(id)?.service),
      )
      const missingIsWrong = config.google.modelsNamed || !answered.some((id) => usable.includes(id))
      return [...asked.map((each) => each.finding), ...answered.map((id) => modelFinding(id, usable, missingIsWrong))]
    },
  }
}

interface Asked {
  readonly service: Service
  readonly finding: Finding
  readonly usable: readonly string[]
}

async function askService(service: Service, model: VideoModel, signal: AbortSignal): Promise<Asked> {
  const name = `Google (${service})`
  try {
    const usable = await model.available(signal)
    return { service, usable, finding: { name, ok: true, text: 'takes the credentials' } }
  } catch (thrown) {
    const error = asVideoError(thrown)
    const { title, text } = describeError(error, 'en')
    const fileIsMissing = error.message.includes('ENOENT')
    const ours = fileIsMissing ? 'correct GOOGLE_APPLICATION_CREDENTIALS: no such file' : remedies[service]
    const remedy = error.code === 'bad_key' ? ours : text
    return { service, usable: [], finding: { name, ok: false, text: `${title} (${error.message})`, remedy } }
  }
}

const keyRemedy = 'put a valid key into GEMINI_API_KEY (https://aistudio.google.com/apikey)'
const remedies: Readonly<Record<Service, string>> = {
  developer: keyRemedy,
  omni: keyRemedy,
  vertex: 'check GOOGLE_CLOUD_PROJECT and give the account the role Vertex AI User (roles/aiplatform.user)',
}

/** The bucket that Vertex fills: whether the account may do in it what has to be done. */
export function storageCheck(uri: string, missing: (signal: AbortSignal) => Promise<readonly string[]>): Check {
  const name = 'Google (storage)'
  const remedy = `give the account the role Storage Object User (roles/storage.objectUser) on the bucket of ${uri}`
  return {
    name,
    async run(signal) {
      try {
        const lacks = await missing(signal)
        if (lacks.length > 0) return [{ name, ok: false, text: `${uri}: not allowed: ${lacks.join(', ')}`, remedy }]
        return [{ name, ok: true, text: `${uri} can be filled, read and emptied` }]
      } catch (thrown) {
        return [{ name, ok: false, text: `${uri} cannot be reached (${asVideoError(thrown).message})`, remedy }]
      }
    },
  }
}

function modelFinding(id: string, usable: readonly string[], missingIsWrong: boolean): Finding {
  const { retiresOn = null, successor = null } = findModel(id) ?? {}
  const end = retiresOn === null ? '' : `, may be switched off from ${retiresOn}`
  if (usable.includes(id)) return { name: 'model', ok: true, text: `${id} can be used${end}` }
  if (!missingIsWrong) return { name: 'model', ok: true, text: `${id} cannot be used${end}: it is not offered` }
  const remedy =
    successor === null ? 'take it out of MODELS' : `use its successor: put ${successor} into MODELS instead`
  return { name: 'model', ok: false, text: `${id} cannot be used with these credentials${end}`, remedy }
}

/** The database as doctor sees it. */
export interface Examined {
  /** How many migrations the next start would apply to what an earlier Dailies left; null where it left nothing. */
  toCome(): Promise<number | null>
  /** Brings it up to date, too. */
  open(): Promise<OperationStore>
  /** SQLite's file; null on a server. */
  readonly path: string | null
}

/**
 * The database: opens it, asks whether it can be written, and checks the books. One that an earlier Dailies left is only
 * looked at, because what brings it up to date is for good, and none is made: its address may be a slip of the pen.
 */
export function databaseCheck({ toCome, open, path }: Examined): Check {
  const name = 'database'
  const inFile = path !== null
  return {
    name,
    async run() {
      const coming = await toCome().catch(asVideoError)
      if (coming instanceof VideoError) return [unopened(coming, inFile)]
      if (coming === null) return [path === null ? noneYet('on this server') : await noneAt(resolve(path))]
      if (coming > 0) return [{ name, ok: true, text: olderText(coming, inFile) }]
      const store = await open().catch(asVideoError)
      if (store instanceof VideoError) return [unopened(store, inFile)]
      try {
        await store.ping()
        const disagreements = await store.auditBooks()
        return [{ name, ok: true, text: 'opens and can be written' }, ...booksFindings(disagreements)]
      } finally {
        await store.close()
      }
    },
  }
}

function noneYet(where: string): Finding {
  return { name: 'database', ok: true, text: `none yet ${where}: the first start makes it` }
}

/** Whether the file, or the folders that lead to it, could be made by this user. */
async function noneAt(path: string): Promise<Finding> {
  let there = path
  while (!existsSync(there)) there = dirname(there)
  try {
    // With its slash a file that stands in the way is none of the folders.
    await access(there === path ? path : `${there}/`, constants.W_OK)
    return noneYet(`at ${path}`)
  } catch (cause) {
    return unopened(new VideoError('storage', `${path} cannot be made`, { cause }), true)
  }
}

function olderText(coming: number, inFile: boolean): string {
  const migrations = coming === 1 ? '1 migration, applied' : `${coming} migrations, applied`
  const backup = inFile ? 'npm run backup -- FILE' : 'pg_dump'
  return `of an earlier Dailies: ${migrations} for good at the next start, so make a backup before it (${backup}); the books are checked after it`
}

function unopened({ message, cause, facts }: VideoError, inFile: boolean): Finding {
  const remedy = typeof facts.remedy === 'string' ? facts.remedy : databaseRemedy(cause, inFile)
  return { name: 'database', ok: false, text: message, remedy }
}

/** Only what is said without a cause was found by Dailies itself: migrations that it does not know. */
function databaseRemedy(cause: unknown, inFile: boolean): string {
  if (cause === undefined)
    return 'update Dailies if it is the older of the two, or let DATABASE_URL name another database'
  if (!inFile) return 'correct DATABASE_URL, or start PostgreSQL and let this machine in'
  if (isDamaged(cause)) return 'put a backup in its place: npm run restore -- FILE'
  return 'correct DATABASE_URL, or let this user write the file and its folder'
}

function booksFindings(disagreements: readonly string[]): Finding[] {
  if (disagreements.length === 0) return [{ name: 'books', ok: true, text: 'ledger and Operations agree' }]
  const remedy = 'keep a copy of the database and report this'
  return disagreements.map((text) => ({ name: 'books', ok: false, text, remedy }))
}
