import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { DCLinter } from 'dclint'
import { validate } from 'dockerfile-utils'
import { Deployment } from 'kubernetes-models/apps/v1'
import { HorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2'
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1'
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1'
import { ConfigMap, Service } from 'kubernetes-models/v1'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { Secret } from '../../src/config/secret.ts'
import { strangersIn } from '../../src/config/strangers.ts'
import { variableNames } from '../../src/config/variables.ts'
import { systemClock } from '../../src/core/clock.ts'
import type { Operation } from '../../src/core/operation.ts'
import type { VideoFiles } from '../../src/core/ports/files.ts'
import { largeVideos } from '../../src/large-videos.ts'

const folder = 'deploy/kubernetes'
const read = (file: string) => readFileSync(file, 'utf8')
const manifest = (name: string) => parse(read(join(folder, `${name}.yaml`)))

describe('the Dockerfile', () => {
  const text = read('deploy/Dockerfile')

  it('is one without a fault, and copies only what the context holds and what is there', () => {
    expect(validate(text).map(({ message, range }) => `${range.start.line + 1}: ${message}`)).toEqual([])
    const copied = [...text.matchAll(/^COPY (?!--from)(.*) \S+$/gm)].flatMap(([, names = '']) => names.split(' '))
    expect(copied.filter((name) => !existsSync(name))).toEqual([])
    const context = read('deploy/Dockerfile.dockerignore').split('\n')
    expect(copied.filter((name) => !context.includes(`!${name.replace('./', '')}`))).toEqual([])
  })

  it('ends with a user who is not root, a health check, and what npm start says as the first process', () => {
    const last = text.slice(text.lastIndexOf('\nFROM '))
    const { scripts } = JSON.parse(read('package.json')) as { scripts: { start: string } }
    const [setting = '', command = ''] = scripts.start.split(' exec ')
    expect(last).toContain(`\nENV ${setting}\n`)
    expect(last).toContain(
      `\nCMD [${command
        .split(' ')
        .map((word) => `"${word}"`)
        .join(', ')}]\n`,
    )
    expect(last).toMatch(/^USER node$/m)
    expect(last).toMatch(/^HEALTHCHECK /m)
    expect(text.match(/^FROM node:24/gm)).toHaveLength(2)
  })
})

describe('compose.yaml', () => {
  const compose = parse(read('deploy/compose.yaml'))

  const errorsIn = (file: string) => {
    const linter = new DCLinter({ rules: {}, quiet: true, debug: false, exclude: [] })
    const results = linter.lintFiles([file], false) as { messages: { type: string; message: string }[] }[]
    return results.flatMap(({ messages }) => messages.filter(({ type }) => type === 'error'))
  }

  it('is valid by the Compose specification, where a misspelt key is not', async () => {
    expect(errorsIn('deploy/compose.yaml')).toEqual([])
    const folder = await mkdtemp(join(tmpdir(), 'dailies-compose-'))
    await writeFile(join(folder, 'compose.yaml'), 'name: x\nservices: { a: { image: "b:1", read_onyl: true } }\n')
    expect(errorsIn(join(folder, 'compose.yaml'))).not.toEqual([])
    await rm(folder, { recursive: true })
  })

  it('sets only variables that Dailies reads, and lets it write to /tmp alone', () => {
    const { environment, read_only, cap_drop } = compose.services.dailies
    expect(Object.keys(environment).filter((name) => !variableNames.includes(name))).toEqual([])
    expect({ read_only, cap_drop }).toEqual({ read_only: true, cap_drop: ['ALL'] })
  })

  it('shows nobody a link into its own store, whose address opens nowhere else', async () => {
    const s3 = (endpoint: string | null) => {
      const secret = new Secret('a-secret')
      return { endpoint, region: 'auto', accessKeyId: 'an-id', secretAccessKey: secret, sessionToken: null }
    }
    const files = { link: async (file: string) => `the store's own address of ${file}` } as unknown as VideoFiles
    const linkFrom = (endpoint: string | null, publicUrl: string | null) => {
      const large = largeVideos({ s3: s3(endpoint), web: { publicUrl } }, { files, clock: systemClock }, 'a-secret')
      return large.link({ id: '1', videoFile: 'a.mp4' } as Operation)
    }
    const own = compose.services.dailies.environment.S3_ENDPOINT
    expect(await linkFrom(own, null)).toBeNull()
    expect(await linkFrom(own, 'https://videos.example')).toContain('https://videos.example/watch/')
    expect(await linkFrom('https://storage.googleapis.com', null)).toContain('a.mp4')
    expect(await linkFrom(null, null)).toContain('a.mp4')
  })
})

describe('the Kubernetes manifests', () => {
  const models = {
    config: ConfigMap,
    deployment: Deployment,
    service: Service,
    autoscaler: HorizontalPodAutoscaler,
    'disruption-budget': PodDisruptionBudget,
    'network-policy': NetworkPolicy,
  } as const

  it.each(Object.keys(models) as (keyof typeof models)[])('%s is valid by Kubernetes’ own schema', (name) => {
    const given = manifest(name)
    expect(faultsOf(models[name], given)).toEqual([])
    const { apiVersion, kind } = models[name]
    expect(given).toMatchObject({ apiVersion, kind })
  })

  it('would be refused with a misspelt, a missing or a wrong field', () => {
    const container = (change: object) => {
      const wrong = manifest('deployment')
      Object.assign(wrong.spec.template.spec.containers[0], change)
      return faultsOf(Deployment, wrong)
    }
    const place = '/spec/template/spec/containers/0'
    expect(container({ livenessProb: {} })).toEqual([`${place}/livenessProb is not in the schema`])
    expect(container({ livenessProbe: { httpGet: { prot: 1, port: 1 } } })).toEqual([
      `${place}/livenessProbe/httpGet/prot is not in the schema`,
    ])
    expect(container({ ports: [{}] }).join()).toContain('containerPort')
    expect(container({ image: 7 }).join()).toContain(`${place}/image`)
  })

  it('are all applied, and nothing else', () => {
    const files = readdirSync(folder).filter((file) => file.endsWith('.yaml') && file !== 'kustomization.yaml')
    expect([...manifest('kustomization').resources].sort()).toEqual(files.sort())
    expect(files.map((file) => file.replace('.yaml', '')).sort()).toEqual(Object.keys(models).sort())
  })

  it('set only variables that Dailies reads', () => {
    const given = [
      ...Object.keys(manifest('config').data),
      ...Object.keys(parseEnv(read(`${folder}/secret.env.example`))),
    ]
    expect(given.filter((name) => !variableNames.includes(name))).toEqual([])
  })

  it('give a pod none of the variables that Kubernetes makes of a Service’s name, with which Dailies does not start', () => {
    const { name } = manifest('service').metadata
    expect(strangersIn([`${name.toUpperCase()}_SERVICE_HOST`])).toHaveLength(1)
    expect(manifest('deployment').spec.template.spec.enableServiceLinks).toBe(false)
  })

  it('speak of one and the same pods and port', () => {
    const labels = manifest('deployment').spec.template.metadata.labels
    expect(manifest('service').spec.selector).toEqual(labels)
    expect(manifest('disruption-budget').spec.selector.matchLabels).toEqual(labels)
    expect(manifest('network-policy').spec.podSelector.matchLabels).toEqual(labels)
    expect(manifest('network-policy').spec.ingress[0].ports[0].port).toBe(3000)
  })

  it('give the process no more than it needs', () => {
    const { securityContext, containers } = manifest('deployment').spec.template.spec
    expect(securityContext).toMatchObject({ runAsNonRoot: true })
    const allowed = { readOnlyRootFilesystem: true, allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } }
    expect(containers[0].securityContext).toEqual(allowed)
  })
})

interface Model {
  new (data: never): { validate(): void }
}

/** What the schema refuses, and every field that it did not so much as look at: it knows no such name. */
function faultsOf(Model: Model, given: object): string[] {
  const unread = new Set<string>()
  try {
    // The model copies what it is made of, so that it gets what is to be watched afterwards.
    const model = new Model(given as never)
    const parts = Object.entries(watched(given, '', unread))
    Object.assign(model, Object.fromEntries(parts)).validate()
  } catch (thrown) {
    return [String(thrown)]
  }
  return [...unread].map((path) => `${path} is not in the schema`)
}

function watched<T extends object>(given: T, path: string, unread: Set<string>): T {
  for (const key of Object.keys(given)) unread.add(`${path}/${key}`)
  const children = new Map<string, object>()
  return new Proxy(given, {
    get(target, key) {
      const value = Reflect.get(target, key)
      if (typeof key !== 'string') return value
      unread.delete(`${path}/${key}`)
      if (typeof value !== 'object' || value === null) return value
      const child = children.get(key) ?? watched(value, `${path}/${key}`, unread)
      children.set(key, child)
      return child
    },
  })
}
