import { parseArgs } from 'node:util'
import { manifest } from './manifest.ts'

const { values } = parseArgs({ options: { name: { type: 'string', default: 'Dailies' }, url: { type: 'string' } } })
process.stdout.write(manifest(values.name, values.url ?? null))
