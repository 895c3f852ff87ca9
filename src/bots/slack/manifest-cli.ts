import { parseArgs } from 'node:util'
import { manifest } from './manifest.ts'

const { values } = parseArgs({
  options: {
    name: { type: 'string', default: 'Dailies' },
    url: { type: 'string' },
    workspaces: { type: 'boolean', default: false },
  },
})
if (values.workspaces && values.url === undefined) {
  process.stderr.write('--workspaces needs --url: Slack leads people back there after they installed the app.\n')
  process.exit(2)
}
process.stdout.write(manifest(values.name, values.url ?? null, values.workspaces))
