import { hasten } from './hasten.js'

// JavaScript, as nothing is kept yet of what Node takes from TypeScript. Before anything else is imported, and so the
// program itself comes second.
hasten()
await import('./program.ts')
