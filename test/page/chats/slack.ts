import { readFile } from 'node:fs/promises'
import type { Browser } from 'playwright-core'
import { openFilm, takeSheet } from './sheet.ts'
import { formHtml, messageHtml } from './slack-html.ts'
import { playSlack } from './slack-scene.ts'

/** Plays the story on Slack and takes its pictures. */
export async function takeSlack(browser: Browser): Promise<void> {
  const scene = await playSlack()
  const styles = await readFile(new URL('slack.css', import.meta.url), 'utf8')
  const film = await openFilm(browser, scene.film)
  const { names } = scene
  const sheets: Readonly<Record<string, string>> = {
    accepted: messageHtml(scene.asked, names) + messageHtml(scene.accepted, names),
    running: messageHtml(scene.running, names),
    done: messageHtml(scene.done, names) + messageHtml(scene.video, names, { film }),
    refused: [scene.refusedAsked, scene.refused, scene.refusal].map((each) => messageHtml(each, names)).join(''),
    operations: messageHtml(scene.operations, names, { whisper: true }),
    opened: messageHtml(scene.opened, names, { whisper: true }),
  }
  for (const [name, body] of Object.entries(sheets))
    await takeSheet(browser, { name: `slack-${name}`, body, styles, width: 720 })
  await takeSheet(browser, { name: 'slack-form', body: formHtml(scene.form, names), styles, width: 520 })
}
