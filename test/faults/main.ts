import { readFile, writeFile } from 'node:fs/promises'
import { spoilChats } from './chats.ts'
import { spoilGoogle } from './google.ts'
import { tableOf, withTable } from './table.ts'

// `npm run faults`: runs every fault at every step and writes what came of it into docs/reliability.md.
const document = 'docs/reliability.md'
const google = await spoilGoogle()
const chats = await spoilChats()
const rows = [...google.rows, ...chats.rows]
await writeFile(document, withTable(await readFile(document, 'utf8'), tableOf(rows)))
console.log(`${rows.length} faults, ${rows.filter((each) => each.video).length} of them ended with the video`)
