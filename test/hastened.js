import { hasten } from '../src/hasten.js'

// Before a worker of the tests loads anything: reading Drizzle's package.json for each of its files took it a second.
hasten()
