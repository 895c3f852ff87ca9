// A process of its own that inserts until it is killed, and names each Operation once its promise has resolved.
import { writeSync } from 'node:fs'
import { openStore } from '../../src/db/open.ts'
import { noLimits, silentLog, someOperation } from './memory-store.ts'

const [url = '', name = ''] = process.argv.slice(2)
const store = await openStore(url, { log: silentLog })
let count = 0
async function insertForEver(): Promise<void> {
  for (;;) {
    const id = `${name}${count}`
    count += 1
    await store.insert(someOperation(id), noLimits)
    writeSync(1, `${id}\n`)
  }
}
await Promise.all([insertForEver(), insertForEver(), insertForEver(), insertForEver()])
