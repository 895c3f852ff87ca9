import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { systemClock } from '../../src/core/clock.ts'
import { startRehearsal } from '../../src/rehearsal/server.ts'
import { assembleCrew } from '../discord/crew.ts'
import { spawnDiscord } from '../discord/stand-in/remote.ts'
import { mp4 } from '../files/mp4-fixture.ts'

/** What became of Operations that finished at the same moment. */
export interface Burst {
  readonly delivered: number
  readonly seconds: number
  /** Requests that were sent into a bucket of Discord's that was known to be empty. */
  readonly intoExhausted: number
}

const channels = 200

/** Lets so many Operations of Discord members finish together, and Discord be as strict as it is. */
export async function finishTogether(many: number): Promise<Burst> {
  const folder = await mkdtemp(join(tmpdir(), 'dailies-burst-'))
  const google = await startRehearsal({ folder: join(folder, 'google'), seconds: 3600, video: mp4() })
  const discord = await spawnDiscord()
  const { controls } = discord
  const guild = await controls.addGuild('Burst')
  const places = await Promise.all(Array.from({ length: channels }, () => controls.addChannel(guild)))
  const members = await Promise.all(Array.from({ length: 100 }, (_, n) => controls.addUser(`member ${n}`)))
  await Promise.all(members.map((user) => controls.addMember(guild, user)))
  const crew = await assembleCrew({
    folder,
    discord,
    googleUrl: google.url,
    clock: systemClock,
    log: { debug: () => {}, info: () => {}, warn: () => {}, error: console.error },
    policy: { maxConcurrent: many, pollIntervalSeconds: 2 },
    withoutEncoder: true,
  })
  await crew.begin()
  try {
    for (let n = 0; n < many; n += 1) {
      const id = `discord:${members[n % members.length]}`
      const person = {
        id,
        name: 'A',
        workspace: `discord:${guild}`,
        channel: null,
        roles: [],
        admin: false,
        locale: 'en',
      }
      const thread = `discord:${places[n % channels]}:${guild}:::`
      await crew.commands.submit({
        eventId: `discord:burst-${n}`,
        person,
        thread,
        private: false,
        input: { prompt: `Burst ${n}` },
      })
    }
    await until(async () => google.starts.length === many)
    const began = Date.now()
    await google.finish()
    const count = async () => (await controls.botMessages()).filter((each) => each.now.content.startsWith('<@')).length
    await until(async () => (await count()) >= many)
    const { exhausted } = await controls.counts()
    return { delivered: await count(), seconds: (Date.now() - began) / 1000, intoExhausted: exhausted }
  } finally {
    await crew.close()
    await discord.close()
    await google.close()
    await rm(folder, { recursive: true, force: true })
  }
}

/** Gives up after ten minutes: what is not so then is told by the figures. */
async function until(so: () => Promise<boolean>): Promise<void> {
  const patience = Date.now() + 600_000
  while (Date.now() < patience && !(await so())) await wait(250)
}
