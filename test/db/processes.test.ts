import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, it, onTestFinished } from 'vitest'
import { openStore } from '../../src/db/open.ts'
import { newFolder } from './folder.ts'
import { noLimits, noon, silentLog, someOperation } from './memory-store.ts'

async function openHere(url: string) {
  const store = await openStore(url, { log: silentLog })
  onTestFinished(() => store.close())
  return store
}

/** Kills the child once it has told so many Operations; returns all that it told. */
async function killAfter(child: ChildProcess, count: number): Promise<string[]> {
  if (!child.stdout) throw new Error('no output to read')
  const told: string[] = []
  for await (const line of createInterface({ input: child.stdout })) {
    told.push(line)
    if (told.length === count) child.kill('SIGKILL')
  }
  return told
}

it('keeps everything that was told as kept when its processes are killed', async () => {
  const url = `file:${await newFolder()}/dailies.db`
  const writer = fileURLToPath(new URL('writer.ts', import.meta.url))
  // Both open the new file at once: one of them makes the tables, the other waits.
  const children = ['a', 'b'].map((name) =>
    spawn(process.execPath, [writer, url, name], { stdio: ['ignore', 'pipe', 'inherit'] }),
  )
  const exits = children.map((child) => once(child, 'exit'))
  const told = (await Promise.all(children.map((child) => killAfter(child, 150)))).flat()
  expect((await Promise.all(exits)).map(([, signal]) => signal)).toEqual(['SIGKILL', 'SIGKILL'])
  const store = await openHere(url)
  const kept = await Promise.all(told.map((id) => store.get(id)))
  expect(told.length).toBeGreaterThanOrEqual(300)
  expect(kept.filter((operation) => operation === null)).toEqual([])
  expect(await store.auditBooks()).toEqual([])
})

it('lets two stores on one file claim at once without sharing a row', async () => {
  const url = `file:${await newFolder()}/dailies.db`
  const stores = [await openHere(url), await openHere(url)]
  const [first] = stores
  await Promise.all(Array.from({ length: 300 }, (_, index) => first?.insert(someOperation(`op${index}`), noLimits)))
  const claims = await Promise.all(
    Array.from({ length: 60 }, (_, index) =>
      stores[index % 2]?.claimStarts({ owner: `w${index}`, now: noon, until: noon + 1000 }, 10, 250),
    ),
  )
  const claimed = claims.flatMap((operations) => operations?.map((operation) => operation.id) ?? [])
  expect(claimed).toHaveLength(250)
  expect(new Set(claimed).size).toBe(250)
})

it('keeps a budget that two stores on one file draw on', async () => {
  const url = `file:${await newFolder()}/dailies.db`
  const stores = [await openHere(url), await openHere(url)]
  const spend = [{ scope: 'total', key: '', period: '2026-11', limitMicros: 8_000_000 }] as const
  const outcomes = await Promise.all(
    Array.from({ length: 100 }, (_, index) =>
      stores[index % 2]?.insert(someOperation(`op${index}`), { ...noLimits, spend }),
    ),
  )
  expect(outcomes.filter((outcome) => outcome?.kind === 'created')).toHaveLength(10)
})
