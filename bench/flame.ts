import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ask, inFolder } from './parts/children.ts'
import { flameOf, type Profile } from './parts/flame.ts'
import { atGoogle, fill } from './parts/rows.ts'
import { databaseOf, startGoogle, startService } from './parts/service.ts'

// npm run flame [-- FILE.cpuprofile]: where the service's processor time goes while it polls a thousand Operations and
// fetches what is done, as bench/flame.svg; or the same of a profile that Node wrote (node --cpu-prof).
const [given] = process.argv.slice(2)
const profile = JSON.parse(given ? await readFile(given, 'utf8') : await profiled()) as Profile
await writeFile('bench/flame.svg', flameOf(profile))
console.log('bench/flame.svg')

function profiled(): Promise<string> {
  return inFolder(async (folder) => {
    const google = await startGoogle({ videoBytes: 8_000_000, takes: 'until told' })
    await fill(databaseOf(folder), { rows: 1_000, columns: atGoogle(Date.now(), 2, 1_000) })
    const env = { GOOGLE_REQUESTS_PER_SECOND: '500', POLL_INTERVAL_SECONDS: '1', MAX_CONCURRENT: '2000' }
    const written = ['--cpu-prof', `--cpu-prof-dir=${folder}`, '--cpu-prof-name=service.cpuprofile']
    const service = await startService(folder, google.said, env, written)
    await new Promise((resolve) => setTimeout(resolve, 10_000))
    await ask(`${google.said}/control/finish`)
    await new Promise((resolve) => setTimeout(resolve, 10_000))
    await service.end()
    await google.end()
    const path = join(folder, 'service.cpuprofile')
    const text = await readFile(path, 'utf8')
    await rm(path)
    return text
  })
}
