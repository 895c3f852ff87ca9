import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { startRehearsal } from './server.ts'

// A rehearsal in a process of its own: node src/rehearsal/main.ts --folder F [--port 0] [--seconds 6] [--video FILE]
const { values } = parseArgs({
  options: {
    folder: { type: 'string' },
    port: { type: 'string', default: '0' },
    seconds: { type: 'string', default: '6' },
    video: { type: 'string' },
  },
})
if (!values.folder) throw new Error('--folder is needed')
const rehearsal = await startRehearsal({
  folder: values.folder,
  port: Number(values.port),
  seconds: Number(values.seconds),
  ...(values.video ? { video: await readFile(values.video) } : {}),
})
// The one line that says where it listens; whoever started this process reads it.
console.log(rehearsal.url)
const stop = () => void rehearsal.close().then(() => process.exit(0))
process.once('SIGTERM', stop)
process.once('SIGINT', stop)
