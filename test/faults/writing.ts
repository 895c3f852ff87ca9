import { openStore } from '../../src/db/open.ts'
import { noLimits, silentLog, someOperation } from '../db/memory-store.ts'

// Writes Operations as fast as it can and prints the id of each that the store told to be kept, until it is killed.
const store = await openStore(`file:${process.argv[2]}`, { log: silentLog })
for (let n = 0; ; n += 1) {
  const ids = Array.from({ length: 5 }, (_, index) => `row-${n}-${index}`)
  await Promise.all(
    ids.map(async (id) => {
      await store.insert(someOperation(id), noLimits)
      console.log(id)
    }),
  )
}
