import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import sharp from 'sharp'
import { Installation, type Running } from '../flows/service.ts'
import { openChromium } from './browser.ts'

// `npm run pictures`: takes the pictures of every state of the page that the documentation shows.

const folder = resolve('docs/pictures')
const wide = { width: 1280, height: 860 }
const phone = { width: 390, height: 844 }
const lion = 'A lion walks through dry grass at sunset, slow camera beside it, wind and distant birds'
const tokens = { WEB_ACCESS_TOKEN: 'only-for-pictures-in-the-dark', WEB_ADMIN_TOKEN: 'only-for-pictures-of-admins' }
const budget = {
  BUDGET_REQUESTER_DAILY_USD: '500',
  BUDGET_WORKSPACE_MONTHLY_USD: '500',
  BUDGET_TOTAL_MONTHLY_USD: '500',
}

const installation = await Installation.open(0.5, 'rendered')
const browser = await openChromium()
try {
  await mkdir(folder, { recursive: true })
  const service = await installation.start({ env: { ...budget, MAX_IN_FLIGHT_PER_REQUESTER: '100' } })
  await conversation(browser, service)
  await service.kill('SIGTERM')
  const locked = await installation.start({ env: { ...budget, ...tokens } })
  const page = await open(browser, locked, wide, 'dark')
  await page.getByLabel('Access token').waitFor()
  await take(page, 'web-sign-in')
} finally {
  await browser.close()
  await installation.close()
}

async function open(browser: Browser, service: Running, viewport: typeof wide, colorScheme: 'dark' | 'light') {
  const context = await browser.newContext({ viewport, colorScheme, baseURL: service.url, reducedMotion: 'reduce' })
  const page = await context.newPage()
  await page.goto('/')
  return page
}

async function take(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: join(folder, `${name}.png`) })
}

async function ask(page: Page, prompt: string): Promise<void> {
  await page.getByRole('textbox', { name: 'What should the video show?' }).fill(prompt)
  await page.keyboard.press('Enter')
  await page
    .getByRole('article', { name: prompt.slice(0, 60) })
    .last()
    .waitFor()
}

/** Waits for an Operation's last state and for its picture. */
async function finished(page: Page, prompt: string, stage: 'completed' | 'error'): Promise<void> {
  const message = page.getByRole('article', { name: prompt.slice(0, 60) }).last()
  await page
    .locator(`article[data-stage=${stage}]`, { hasText: prompt.slice(0, 60) })
    .last()
    .waitFor()
  if (stage === 'completed')
    await message.locator('video, img').evaluate((film) => {
      const still = film as HTMLVideoElement
      if (still.readyState >= 2 || still.tagName === 'IMG') return
      return new Promise((done) => still.addEventListener('loadeddata', done, { once: true }))
    })
}

async function conversation(browser: Browser, service: Running): Promise<void> {
  const page = await open(browser, service, wide, 'dark')
  await page.getByRole('heading', { name: 'What shall we screen?' }).waitFor()
  await page.getByText('Make it · $').waitFor()
  await take(page, 'web-empty')

  await ask(page, lion)
  await finished(page, lion, 'completed')
  await take(page, 'web-finished')
  await page.emulateMedia({ colorScheme: 'light' })
  await take(page, 'web-finished-light')
  await page.emulateMedia({ colorScheme: 'dark' })

  await page.getByRole('button', { name: 'More for this video' }).last().click()
  await page.getByRole('menu').waitFor()
  await take(page, 'web-menu')
  await page.getByRole('menuitem', { name: 'Extend' }).click()
  await page.getByLabel('What happens next?').fill('The lion lies down under a tree')
  await take(page, 'web-extend')
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'More for this video' }).last().click()
  await page.getByRole('menuitem', { name: 'Details' }).click()
  await page.getByText('Accepted').first().waitFor()
  await take(page, 'web-details')
  await page.keyboard.press('Escape')

  const refused = 'A duel of two knights in the rain, rehearse: safety'
  await ask(page, refused)
  await finished(page, refused, 'error')
  await take(page, 'web-refused')

  const png = await sharp({ create: { width: 640, height: 360, channels: 3, background: '#c2703d' } })
    .png()
    .toBuffer()
  const frame = { name: 'harbour.png', mimeType: 'image/png', buffer: png }
  await page.locator('input[data-slot=first]').setInputFiles(frame)
  await page.locator('input[data-slot=last]').setInputFiles({ ...frame, name: 'night.png' })
  await page.getByRole('textbox', { name: 'What should the video show?' }).fill('Fog rolls into the harbour')
  await page.locator('summary').click()
  await page.getByLabel('Resolution').click()
  await take(page, 'web-composer')
  await page.keyboard.press('Escape')
  await page.locator('summary').click()
  await page
    .getByRole('button', { name: /Remove/ })
    .last()
    .click()
  await page
    .getByRole('button', { name: /Remove/ })
    .last()
    .click()

  const slow = 'Macro shot of rain drops on a neon sign at night, rehearse: 90s'
  await ask(page, slow)
  await page.locator('article[data-stage=generating]').waitFor()
  await page.getByRole('progressbar').waitFor()
  await take(page, 'web-generating')
  await page.emulateMedia({ colorScheme: 'light' })
  await take(page, 'web-generating-light')
  await page.emulateMedia({ colorScheme: 'dark' })

  await page.setViewportSize(phone)
  await page.reload()
  await page.getByRole('progressbar').waitFor()
  await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight))
  await take(page, 'web-phone')
  await page.setViewportSize(wide)

  for (const prompt of [
    'A paper boat sails down a gutter in spring sun',
    'A glass city on Mars at dawn',
    'Two cats chess',
  ]) {
    await ask(page, prompt)
    await finished(page, prompt, 'completed')
  }
  await page.goto('/gallery')
  await page.getByRole('button', { name: /Open: A glass city/ }).waitFor()
  await page.waitForLoadState('networkidle')
  await take(page, 'web-gallery')
  await page.setViewportSize(phone)
  await take(page, 'web-gallery-phone')
  await page.setViewportSize(wide)
  for (const [part, name] of [
    ['operations', 'web-admin'],
    ['settings', 'web-settings'],
    ['statistics', 'web-statistics'],
  ] as const) {
    await page.goto(`/admin/${part}`)
    await page.waitForLoadState('networkidle')
    await take(page, name)
  }
  await watchPage(page)
}

/** What somebody sees who was sent a signed link. */
async function watchPage(page: Page): Promise<void> {
  const link = await page.evaluate(async () => {
    const { operations } = await (await fetch('/api/video_chat/operations?status=completed')).json()
    const path = `/api/video_chat/operations/${operations[0].operation_id}/link`
    return (await (await fetch(path, { method: 'POST' })).json()).url as string
  })
  await page.goto(link)
  await page.waitForFunction(() => (document.querySelector('video')?.readyState ?? 0) >= 2)
  await take(page, 'web-watch')
}
