import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import AxeBuilder from '@axe-core/playwright'
import { type Browser, type BrowserContextOptions, chromium, type Locator, type Page } from 'playwright-core'
import { expect } from 'vitest'
import { makeFilm } from '../../src/rehearsal/film.ts'
import { chromiumPath, withoutChromium } from './chromium.ts'

/** Starts it without windows, first-run questions and requests of its own. */
export async function openChromium(): Promise<Browser> {
  if (chromiumPath === null) throw new Error(withoutChromium)
  return chromium.launch({
    executablePath: chromiumPath,
    args: [
      '--no-sandbox',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
      '--autoplay-policy=no-user-gesture-required',
    ],
  })
}

/** A film that a browser plays, small, for a Google that serves it as every video: to render each would take a second. */
export async function playable(): Promise<Uint8Array> {
  const folder = await mkdtemp(join(tmpdir(), 'dailies-film-'))
  const path = join(folder, 'film.mp4')
  const size = { width: 320, height: 180, seconds: 8 }
  await makeFilm({ ...size, prompt: 'A film', label: '', picture: null, mood: '9f3a77c2', sound: true }, path)
  const film = await readFile(path)
  await rm(folder, { recursive: true })
  return film
}

/** One person's window, and everything that it complained about: errors, refused scripts and styles. */
export interface Window {
  readonly page: Page
  readonly complaints: readonly string[]
}

export async function openWindow(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<Window> {
  const context = await browser.newContext({ baseURL: url, reducedMotion: 'reduce', ...options })
  return openTab(await context.newPage())
}

/** The same for a page of a context that is there already. */
export async function openTab(page: Page): Promise<Window> {
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    // Answers such as 401 and a server that is away are part of what is tested.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      complaints.push(message.text())
  })
  await page.goto('/')
  return { page, complaints }
}

export function composer(page: Page): Locator {
  return page.getByRole('textbox', { name: 'What should the video show?' })
}

/** The newest message about that prompt. */
export function message(page: Page, prompt: string): Locator {
  return page.getByRole('article', { name: prompt }).last()
}

/** Types a prompt and presses Enter; resolves once its message is there. */
export async function ask(page: Page, prompt: string): Promise<Locator> {
  await composer(page).fill(prompt)
  await composer(page).press('Enter')
  await message(page, prompt).waitFor()
  return message(page, prompt)
}

/** Resolves once the message has come to this stage. */
export async function reached(page: Page, prompt: string, stage: string): Promise<void> {
  await page.locator(`article[data-stage=${stage}]`, { hasText: prompt }).last().waitFor()
}

/** Plays the message's video and resolves once its time goes on. */
export async function plays(page: Page, prompt: string): Promise<void> {
  await message(page, prompt).getByRole('button', { name: /^Play/ }).click()
  await page.waitForFunction(() => {
    const video = document.querySelector<HTMLVideoElement>('video[controls]')
    return video !== null && !video.paused && video.currentTime > 0.2 && video.videoWidth > 0
  })
}

/** axe finds nothing to object to, as things stand now. */
export async function expectAccessible(page: Page): Promise<void> {
  // There are no frames of other origins here, and any other mode opens a page for each analysis.
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze()
  const told = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 160)).join(' | ')}`)
  expect(told).toEqual([])
}

/** Nothing sticks out to the side. */
export async function expectNoSideways(page: Page): Promise<void> {
  const wider = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
  expect(wider).toBeLessThanOrEqual(0)
}
