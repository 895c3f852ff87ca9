import { hasten } from './hasten.js'

// For files; four threads, all syncing videos, would have the rows wait for tenths of a second. Read at the first use.
process.env.UV_THREADPOOL_SIZE ??= '24'

// JavaScript, as nothing is kept yet of what Node takes from TypeScript. Before anything else is imported, and so the
// program itself comes second.
hasten()
await import('./program.ts')
