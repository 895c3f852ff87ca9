import { readFile } from 'node:fs/promises'
import { type Rehearsal, startRehearsal } from '../../src/rehearsal/server.ts'
import { givenOptions, serveControls } from '../stand-in/serve.ts'

export interface GoogleOptions {
  readonly folder: string
  /** How long each video takes. */
  readonly seconds: number
  /** The file of the one video that each is a copy of, told apart by a box at its end. */
  readonly video: string
}

// Run as a program: a Google in a process of its own, which outlives the service that a test kills.
const { folder, seconds, video } = givenOptions<GoogleOptions>()
const google = await startRehearsal({ folder, seconds, video: await readFile(video) })
serveControls(controlsOf(google), { url: google.url })

export type GoogleControls = ReturnType<typeof controlsOf>

function controlsOf(rehearsal: Rehearsal) {
  const { fault, clearFaults, finish } = rehearsal
  return { starts: () => rehearsal.starts, fault, clearFaults, finish }
}
