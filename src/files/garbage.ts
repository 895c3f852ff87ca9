import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** So much may have come from the network before the memory of what is on the disk is given back. */
const enoughBytes = 24 * 1024 ** 2

let collect: ((options: { type: 'minor' }) => void) | null = null
let taken = 0

/**
 * To be told of bytes that came from the network, in buffers of V8's. These lie outside of its heap, and of what lies there
 * V8 notices 64 MB before it does anything, and then goes through the whole heap: measured, 16 downloads at once held 100 MB
 * of what was written long since. Its young generation alone takes below a millisecond.
 */
export function tookBytes(bytes: number): void {
  taken += bytes
  if (taken < enoughBytes) return
  taken = 0
  collect ??= collector()
  collect({ type: 'minor' })
}

function collector(): NonNullable<typeof collect> {
  setFlagsFromString('--expose-gc')
  return runInNewContext('gc')
}
