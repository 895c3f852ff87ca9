import { subscribe } from 'node:diagnostics_channel'
import { acts } from '../../src/core/steps.ts'

// Preloaded into the real service by the crash matrix and the flows (`node --import`): kills it without warning.
// `--kill-at=STEP`: when an Operation that this process itself accepted, or that somebody acted upon, gets there.
// `--kill-after=MS`: so long after it took in its first request.
const step = taken('kill-at')
const after = taken('kill-after')
const die = () => process.kill(process.pid, 'SIGKILL')
const accepted = new Set<string>()

subscribe('dailies:step', (message) => {
  const seen = message as { step: string; operation: string }
  if (seen.step === 'accepted') {
    if (after !== undefined && accepted.size === 0) setTimeout(die, Number(after))
    accepted.add(seen.operation)
  }
  if (seen.step === step && (accepted.has(seen.operation) || acts.some((each) => each === seen.step))) die()
})

/** The value of an option that the program itself is not to see. */
function taken(name: string): string | undefined {
  const at = process.argv.findIndex((each) => each.startsWith(`--${name}=`))
  return at < 0 ? undefined : process.argv.splice(at, 1)[0]?.slice(name.length + 3)
}
