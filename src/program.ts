import { flushCompileCache } from 'node:module'
import { runBackup, runRestore } from './backup.ts'
import { runTerminal } from './bots/terminal/index.ts'
import { assemble } from './compose.ts'
import { type Config, ConfigError, readConfig, readEnvironment } from './config.ts'
import { systemClock } from './core/clock.ts'
import { examine } from './doctor/examine.ts'
import { printLedger } from './ledger.ts'
import { createLog } from './log.ts'
import { runMigrate, runMove } from './move.ts'
import { startService } from './service.ts'
import { startFailure } from './start-failure.ts'
import { stopSignal } from './stop-signal.ts'

/** How long a stop may take before the process ends all the same; the rows allow it at any moment. */
const stopWithinMilliseconds = 10_000

// A line that nobody takes or that a full disk refuses is no reason to let go of what runs.
for (const out of [process.stdout, process.stderr]) out.on('error', () => {})

const [command, ...rest] = process.argv.slice(2)

if (command === 'doctor') process.exitCode = await examine(() => readEnvironment(process.cwd()), process.stdout)
else if (command === 'backup') process.exitCode = await runBackup(rest, configure().databaseUrl, process.stdout)
else if (command === 'restore') process.exitCode = await restore(rest)
else if (command === 'ledger') process.exitCode = await showLedger()
else if (command === 'migrate') process.exitCode = await migrate()
else if (command === 'move') process.exitCode = await move(rest)
else if (command === 'video') process.exitCode = await makeVideo(rest)
else await serve()

function configure() {
  try {
    return readConfig(readEnvironment(process.cwd()))
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    process.stderr.write(`${error.message}\n`)
    process.exit(1)
  }
}

/** What begins, or the end of the process with what keeps it from beginning. */
async function begun<T>({ web }: Config, beginning: Promise<T>): Promise<T> {
  try {
    return await beginning
  } catch (thrown) {
    const said = startFailure(thrown, web)
    if (said === null) throw thrown
    process.stderr.write(`Dailies cannot start: ${said}\n`)
    process.exit(1)
  }
}

function askedToStop(): Promise<string> {
  return stopSignal(process, { now: () => performance.now(), end: () => process.exit(1) })
}

async function serve(): Promise<void> {
  const config = configure()
  const log = createLog({ ...config.log, secrets: config.secrets, out: process.stdout })
  for (const warning of config.warnings) log.warn({}, warning)
  const service = await begun(config, startService(config, log))
  if (config.google.rehearsal)
    log.warn({}, 'rehearsal: videos are made on this machine, say so in the picture, and cost nothing')
  log.info({ url: service.url }, `Dailies is ready: open ${service.url}`)
  // A process that is killed keeps nothing of what it compiled.
  flushCompileCache()
  const signal = await askedToStop()
  log.info({ signal }, 'stopping')
  setTimeout(() => process.exit(1), stopWithinMilliseconds).unref()
  await service.stop()
  log.info({}, 'stopped')
  process.exit(0)
}

async function showLedger(): Promise<number> {
  const config = configure()
  const log = createLog({ ...config.log, level: 'error', secrets: config.secrets, out: process.stderr })
  const assembly = await begun(config, assemble(config, log, false))
  process.stdout.on('error', ({ code, message }: NodeJS.ErrnoException) => {
    // Its reader has seen enough.
    if (code === 'EPIPE') process.exit(0)
    process.stderr.write(`The ledger could not be written: ${message}\n`)
    process.exit(1)
  })
  try {
    return await printLedger(assembly.commands, process.stdout)
  } finally {
    await assembly.close()
  }
}

async function migrate(): Promise<number> {
  const config = configure()
  const log = createLog({ ...config.log, secrets: config.secrets, out: process.stderr })
  return runMigrate(config.databaseUrl, { log, connections: 1, tells: false }, process.stdout)
}

async function restore(argv: readonly string[]): Promise<number> {
  const config = configure()
  const log = createLog({ ...config.log, secrets: config.secrets, out: process.stderr })
  return runRestore(argv, config.databaseUrl, log, process.stdout)
}

async function move(argv: readonly string[]): Promise<number> {
  const config = configure()
  const log = createLog({ ...config.log, secrets: config.secrets, out: process.stderr })
  return runMove(argv, config.databaseUrl, log, process.stdout)
}

async function makeVideo(argv: readonly string[]): Promise<number> {
  const config = configure()
  // The screen belongs to the one line about the video: only what must be known is logged beside it.
  const log = createLog({ ...config.log, level: 'error', secrets: config.secrets, out: process.stderr })
  const assembly = await begun(config, assemble(config, log, false))
  const worker = assembly.worker([])
  const stopping = new AbortController()
  void askedToStop().then(() => stopping.abort())
  await assembly.core.offered.refresh(assembly.core.model, log, AbortSignal.timeout(20_000))
  worker.start()
  const code = await runTerminal(argv, {
    commands: assembly.commands,
    clock: systemClock,
    stdout: process.stdout,
    stderr: process.stderr,
    outputsFolder: config.outputsUrl,
    npmOptions: config.npmOptions,
    signal: stopping.signal,
  })
  await worker.stop()
  await assembly.close()
  return code
}
