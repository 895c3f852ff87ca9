import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { type Child, startChild } from './children.ts'
import type { GoogleOptions } from './google.ts'
import { model } from './rows.ts'

/** A Google in its own process; `said` is its address. */
export function startGoogle(options: GoogleOptions): Promise<Child> {
  return startChild({ program: 'bench/parts/google.ts', args: [JSON.stringify(options)] })
}

/** Where the service keeps its rows in a folder. */
export function databaseOf(folder: string): string {
  return join(folder, 'dailies.db')
}

/** The whole service as people run it, in its own process; resolves when it says that it is ready. */
export async function startService(
  folder: string,
  googleUrl: string,
  env: Readonly<Record<string, string>> = {},
  node: readonly string[] = [],
): Promise<Child> {
  return startChild({
    program: 'src/main.js',
    node: [...usualOptions(), ...node],
    cwd: folder,
    env: { ...environment(folder, googleUrl), ...env },
    until: (line) => line.includes('Dailies is ready'),
  })
}

/** The same without a front end; `said` is where it takes prompts. */
export async function startHost(
  folder: string,
  googleUrl: string,
  env: Readonly<Record<string, string>> = {},
  node: readonly string[] = [],
): Promise<Child> {
  const program = 'bench/parts/host.ts'
  return startChild({ program, node: [...usualOptions(), ...node], env: { ...environment(folder, googleUrl), ...env } })
}

function environment(folder: string, googleUrl: string): Record<string, string> {
  return {
    ...usualEnvironment(),
    PORT: '0',
    VIDEO_SERVICE: 'developer',
    MODELS: model,
    GEMINI_API_KEY: 'a-key-that-opens-nothing',
    GOOGLE_GEMINI_BASE_URL: googleUrl,
    DATABASE_URL: `file:${resolve(databaseOf(folder))}`,
    OUTPUTS_URL: resolve(folder, 'outputs'),
    MAX_IN_FLIGHT_PER_REQUESTER: 'unlimited',
    BUDGET_REQUESTER_DAILY_USD: 'unlimited',
    BUDGET_WORKSPACE_MONTHLY_USD: 'unlimited',
    BUDGET_TOTAL_MONTHLY_USD: 'unlimited',
    LOG_LEVEL: 'info',
  }
}

/** What `npm start` tells Node. */
export function usualOptions(): string[] {
  return wordsOfStart().filter((word) => word.startsWith('--'))
}

/** What `npm start` sets in the environment. */
export function usualEnvironment(): Record<string, string> {
  const settings = wordsOfStart().filter((word) => /^[A-Z_]+=/.test(word))
  return Object.fromEntries(settings.map((word) => word.split('=') as [string, string]))
}

function wordsOfStart(): string[] {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: { start: string } }
  return scripts.start.split(' ')
}
