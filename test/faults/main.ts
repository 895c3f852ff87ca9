import { readFile, writeFile } from 'node:fs/promises'
import { startPostgres } from '../db/postgres-server.ts'
import { spoilCancel } from './cancel.ts'
import { spoilChats } from './chats.ts'
import { spoilDoors } from './doors.ts'
import { spoilGoogle } from './google.ts'
import { spoilModels } from './models-list.ts'
import { spoilPostgres } from './postgres.ts'
import { spoilS3 } from './s3.ts'
import { tableOf, withTable } from './table.ts'

// `npm run faults`: runs every fault at every step and writes what came of it into docs/reliability.md.
const document = 'docs/reliability.md'
const began = performance.now()
const google = await spoilGoogle()
const models = await spoilModels()
const cancel = await spoilCancel()
const chats = await spoilChats()
const doors = await spoilDoors()
const small = await spoilS3('small')
const large = await spoilS3('large')
const server = await startPostgres()
const database = await spoilPostgres(await server.database()).finally(() => server.close())
const rows = [google, cancel, models, doors, chats, small, large, database].flatMap((each) => each.rows)
// On a machine that is too busy a start takes longer than its patience: what came of that is no result of the fault.
const astray = rows.filter(
  ({ upstream, step, outcome }) =>
    outcome === 'interrupted' && !(upstream === 'Google' && step === 'start') && !upstream.startsWith('database'),
)
if (astray.length > 0) {
  const named = astray.map(({ upstream, step, fault }) => `${upstream}, ${step}, ${fault}`)
  throw new Error(`nothing is written: starts were interrupted where no fault struck them: ${named.join('; ')}`)
}
const strangers = [
  ...[google, chats, doors, small, large].map(({ thief }) => thief.length),
  ...[google, chats, doors, small, large].map(({ fooled }) => fooled.length),
  ...[models, cancel].map((each) => each.strangers),
].reduce((sum, each) => sum + each, 0)
await writeFile(document, withTable(await readFile(document, 'utf8'), tableOf(rows)))
const minutes = ((performance.now() - began) / 60_000).toFixed(1)
const videos = rows.filter((each) => each.video).length
console.log(`${rows.length} faults in ${minutes} minutes, ${videos} of them ended with the video;`)
console.log(`requests that a redirect or a false certificate led to a stranger: ${strangers}`)
process.exitCode = strangers > 0 ? 1 : 0
