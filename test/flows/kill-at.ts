import { subscribe } from 'node:diagnostics_channel'

// Preloaded into the real service by the restart flows (`node --import`): kills it without warning where it says it is.
const step = process.argv.find((each) => each.startsWith('--kill-at='))?.slice('--kill-at='.length)

subscribe('dailies:step', (message) => {
  if ((message as { step: string }).step === step) process.kill(process.pid, 'SIGKILL')
})
