import { subscribe } from 'node:diagnostics_channel'

// Preloaded into the real service by the crash matrix (`node --import`): kills it without warning. `--kill-at=STEP`: when
// an Operation that this process itself accepted gets there. `--kill-after=MS`: so long after it took in its first request.
const given = (name: string) => process.argv.find((each) => each.startsWith(`--${name}=`))?.slice(name.length + 3)
const step = given('kill-at')
const after = given('kill-after')
const die = () => process.kill(process.pid, 'SIGKILL')
const accepted = new Set<string>()

subscribe('dailies:step', (message) => {
  const seen = message as { step: string; operation: string }
  if (seen.step === 'accepted') {
    if (after !== undefined && accepted.size === 0) setTimeout(die, Number(after))
    accepted.add(seen.operation)
  }
  if (seen.step === step && accepted.has(seen.operation)) die()
})
