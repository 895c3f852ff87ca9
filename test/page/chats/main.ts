import { openChromium } from '../browser.ts'
import { takeDiscord } from './discord.ts'
import { takeSlack } from './slack.ts'

// `npm run pictures` runs it after those of the page: what Discord and Slack show, for their pages in docs/.

const browser = await openChromium()
try {
  await takeDiscord(browser)
  await takeSlack(browser)
} finally {
  await browser.close()
}
