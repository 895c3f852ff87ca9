import { fileURLToPath } from 'node:url'
import type { Browser } from 'playwright-core'
import { build } from 'vite'
import { type Around, messageHtml } from './discord-html.ts'
import { type Moment, playDiscord } from './discord-scene.ts'
import { openFilm, takeSheet } from './sheet.ts'

const styles = `
  main { background: #313338 }
  discord-messages { border: 0 !important; padding: 4px 0 }
`

/** Plays the story on Discord and takes its pictures. */
export async function takeDiscord(browser: Browser): Promise<void> {
  const [scene, script] = await Promise.all([playDiscord(), components()])
  const film = await openFilm(browser, scene.film)
  const { names } = scene
  const asked = { names, command: { author: 'Alice', name: 'video' } }
  const listed = { names, command: { author: 'Carol', name: 'operations' }, ephemeral: true }
  const sheets: Readonly<Record<string, readonly (readonly [Moment, Around])[]>> = {
    accepted: [[scene.accepted, asked]],
    running: [[scene.running, asked]],
    done: [
      [scene.summary, asked],
      [scene.video, { names, reply: scene.summary, film }],
    ],
    refused: [[scene.refusal, { names, reply: scene.refusedSummary }]],
    operations: [[scene.operations, listed]],
    opened: [[scene.opened, { names, ephemeral: true }]],
  }
  for (const [name, messages] of Object.entries(sheets)) {
    const body = messages.map(([message, around]) => messageHtml(message, around)).join('')
    const sheet = { name: `discord-${name}`, body: `<discord-messages>${body}</discord-messages>`, styles, script }
    await takeSheet(browser, { ...sheet, width: 760 })
  }
}

/** The web components in one script. */
async function components(): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: 'error',
    build: {
      write: false,
      rollupOptions: { input: fileURLToPath(import.meta.resolve('@skyra/discord-components-core')) },
    },
  })
  const [first] = Array.isArray(built) ? built : [built]
  const chunk = first && 'output' in first ? first.output[0] : undefined
  if (chunk?.type !== 'chunk') throw new Error('the components were not built')
  return chunk.code
}
