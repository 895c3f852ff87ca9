import { tooOld } from './node-version.js'

const reason = tooOld(process.versions.node)
if (reason === null) {
  // JavaScript, as nothing is kept yet of what Node takes from TypeScript. Before anything else is imported, and so the
  // program itself comes second; both come only now, because an older Node lacks what they import.
  const { hasten } = await import('./hasten.js')
  hasten()
  await import('./program.ts')
} else {
  process.stderr.write(`${reason}\n`)
  process.exitCode = 1
}
