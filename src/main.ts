import { hasten } from './hasten.ts'

// Before anything else is imported, and so the program itself comes second.
hasten()
await import('./program.ts')
