import type { Browser } from 'playwright-core'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Installation, type Running } from '../../flows/service.ts'
import {
  ask,
  composer,
  expectAccessible,
  message,
  openChromium,
  openTab,
  openWindow,
  playable,
  plays,
  reached,
} from '../browser.ts'

describe('a conversation that is interrupted', { timeout: 60_000 }, () => {
  let installation: Installation
  let service: Running
  let browser: Browser
  beforeAll(async () => {
    installation = await Installation.open(0.2, await playable())
    service = await installation.start({ env: { MAX_IN_FLIGHT_PER_REQUESTER: '50' } })
    browser = await openChromium()
  })
  afterAll(async () => {
    await browser.close()
    await installation.close()
  })

  it('goes on after a reload in the middle, and keeps the draft with its picture', async () => {
    const { page, complaints } = await openWindow(browser, service.url)
    const prompt = 'Clouds over a ridge, rehearse: 60s'
    await ask(page, prompt)
    await reached(page, prompt, 'generating')
    const buffer = await sharp({ create: { width: 64, height: 36, channels: 3, background: '#735' } })
      .png()
      .toBuffer()
    await page.locator('input[data-slot=first]').setInputFiles({ name: 'ridge.png', mimeType: 'image/png', buffer })
    await composer(page).fill('What I was about to')
    await page.getByAltText('First frame: ridge.png').waitFor()
    await page.reload()
    await reached(page, prompt, 'generating')
    expect(await composer(page).inputValue()).toBe('What I was about to')
    await page.getByAltText('First frame: ridge.png').waitFor()
    await installation.google.finish()
    await reached(page, prompt, 'completed')
    await plays(page, prompt)
    expect(complaints).toEqual([])
    await page.context().close()
  })

  it('takes what was sent out of the composer although its writer was looking elsewhere when the answer came', async () => {
    const { page, complaints } = await openWindow(browser, service.url)
    const answer = Promise.withResolvers<void>()
    await page.route('**/api/video_chat/generate', async (route) => {
      const response = await route.fetch()
      await answer.promise
      await route.fulfill({ response })
    })
    await composer(page).fill('Sent and left')
    await composer(page).press('Enter')
    await page.getByText('Sending…').waitFor()
    await page.getByRole('link', { name: 'Gallery' }).click()
    await page.getByRole('button', { name: 'Open: Sent and left' }).waitFor()
    const arrived = page.waitForResponse('**/api/video_chat/generate')
    answer.resolve()
    await (await arrived).finished()
    await page.getByRole('link', { name: 'Conversation' }).click()
    await reached(page, 'Sent and left', 'completed')
    await expect.poll(() => composer(page).inputValue()).toBe('')
    expect(complaints).toEqual([])
    await page.context().close()
  })

  it('sends under its first key again what broke off while its writer was looking elsewhere', async () => {
    const { page } = await openWindow(browser, service.url)
    const keys: (string | undefined)[] = []
    await page.route('**/api/video_chat/generate', async (route) => {
      keys.push(route.request().headers()['idempotency-key'])
      const response = await route.fetch()
      if (keys.length > 2) return route.fulfill({ response })
      // It was taken, but what stands before the service says otherwise: once as if it were restarting, then for good.
      return route.fulfill({ status: keys.length === 1 ? 502 : 500, body: '<html>Bad gateway' })
    })
    await page.getByRole('button', { name: /^Make it · / }).waitFor()
    await composer(page).fill('Taken all the same')
    await composer(page).press('Enter')
    expect(await page.getByRole('alert').innerText()).toMatch(/press again in a moment, it will not be made twice/)
    await page.getByRole('link', { name: 'Gallery' }).click()
    await page.getByRole('button', { name: 'Open: Taken all the same' }).waitFor()
    await page.getByRole('link', { name: 'Conversation' }).click()
    expect(await composer(page).inputValue()).toBe('Taken all the same')
    await composer(page).press('Enter')
    await expect.poll(() => composer(page).inputValue()).toBe('')
    expect(keys).toHaveLength(3)
    expect(new Set(keys).size).toBe(1)
    expect(await page.getByRole('article', { name: 'Taken all the same' }).count()).toBe(1)
    // An event may have told the page before the answer that is still handed on.
    await page.unrouteAll({ behavior: 'wait' })
    await page.context().close()
  })

  it('makes one video of what was sent, reloaded before its answer came, and sent again', async () => {
    const { page } = await openWindow(browser, service.url)
    let sent = 0
    const taken = Promise.withResolvers<void>()
    await page.route('**/api/video_chat/generate', async (route) => {
      sent += 1
      const response = await route.fetch()
      if (sent > 1) return route.fulfill({ response })
      // The answer never reaches the page.
      taken.resolve()
    })
    await page.getByRole('button', { name: /^Make it · / }).waitFor()
    await composer(page).fill('Reloaded too soon')
    await composer(page).press('Enter')
    await taken.promise
    await page.reload()
    await message(page, 'Reloaded too soon').waitFor()
    await page.getByRole('button', { name: /^Make it · / }).waitFor()
    expect(await composer(page).inputValue()).toBe('Reloaded too soon')
    await composer(page).press('Enter')
    await expect.poll(() => composer(page).inputValue()).toBe('')
    expect(sent).toBe(2)
    expect(await page.getByRole('article', { name: 'Reloaded too soon' }).count()).toBe(1)
    await page.context().close()
  })

  it('makes one more video of “Again” whose answer was lost, and which is pressed again', async () => {
    const { page } = await openWindow(browser, service.url)
    await ask(page, 'Once more')
    await reached(page, 'Once more', 'completed')
    const keys: (string | undefined)[] = []
    await page.route('**/operations/*/again', async (route) => {
      keys.push(route.request().headers()['idempotency-key'])
      const response = await route.fetch()
      return route.fulfill(keys.length > 1 ? { response } : { status: 500, body: 'Broken' })
    })
    // The newer one comes below it.
    const first = page.getByRole('article', { name: 'Once more' }).first()
    const press = () => first.getByRole('button', { name: /^Again/ }).click()
    await press()
    await page.getByRole('alert').waitFor()
    await press()
    await expect.poll(() => keys.length).toBe(2)
    expect(new Set(keys).size).toBe(1)
    await expect.poll(() => page.getByRole('article', { name: 'Once more' }).count()).toBe(2)
    // An event may have told the page before the answer that is still handed on.
    await page.unrouteAll({ behavior: 'wait' })
    await page.context().close()
  })

  it('takes a double click for one, also where the first half is answered before the second', async () => {
    const { page } = await openWindow(browser, service.url)
    await ask(page, 'Clicked twice')
    await reached(page, 'Clicked twice', 'completed')
    await page.getByRole('link', { name: 'Gallery' }).click()
    await page.getByRole('button', { name: 'Open: Clicked twice' }).click()
    let sent = 0
    page.on('request', (request) => {
      if (request.url().endsWith('/again')) sent += 1
    })
    const answered = page.waitForResponse('**/operations/*/again')
    const button = page.getByRole('dialog').getByRole('button', { name: /^Again/ })
    await button.click()
    await (await answered).finished()
    await button.click()
    await page.evaluate(() => new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted))))
    expect(sent).toBe(1)
    await page.context().close()
  })

  it('shows the same in two windows, whichever of them is used', async () => {
    const one = await openWindow(browser, service.url)
    const other = await openTab(await one.page.context().newPage())
    await ask(one.page, 'Seen in both')
    await message(other.page, 'Seen in both').waitFor()
    await reached(other.page, 'Seen in both', 'completed')
    await reached(one.page, 'Seen in both', 'completed')
    await message(other.page, 'Seen in both').getByRole('button', { name: 'More for this video' }).click()
    await other.page.getByRole('menuitem', { name: 'Delete' }).click()
    await other.page.getByRole('button', { name: 'Delete for good' }).click()
    await message(one.page, 'Seen in both').waitFor({ state: 'detached' })
    expect([...one.complaints, ...other.complaints]).toEqual([])
    await one.page.context().close()
  })

  it('goes on by itself after the server was restarted in the middle', async () => {
    const { page } = await openWindow(browser, service.url)
    const prompt = 'A train through the night, rehearse: 60s'
    await ask(page, prompt)
    await reached(page, prompt, 'generating')
    await service.kill('SIGKILL')
    await page.getByRole('button', { name: 'Connection lost, looking every few seconds' }).waitFor()
    // What is sent meanwhile waits for the answer and is one video.
    await composer(page).fill('Asked while nobody answered')
    await composer(page).press('Enter')
    await page.getByText('Sending…').waitFor()
    const port = new URL(service.url).port
    service = await installation.start({ env: { PORT: port, MAX_IN_FLIGHT_PER_REQUESTER: '50' } })
    await installation.google.finish()
    await reached(page, prompt, 'completed')
    await reached(page, 'Asked while nobody answered', 'completed')
    expect(await page.getByRole('article', { name: 'Asked while nobody answered' }).count()).toBe(1)
    await page.getByRole('button', { name: 'Live' }).waitFor()
    await plays(page, prompt)
    await page.context().close()
  })

  it('makes a video where what explains its signs and the menu under it cannot be fetched', async () => {
    const context = await browser.newContext({ baseURL: service.url, reducedMotion: 'reduce' })
    await context.route(/(hint|more)-.*\.js/, (route) => route.abort())
    const page = await context.newPage()
    const refused = (part: string) => page.waitForEvent('requestfailed', (request) => request.url().includes(part))
    const hint = refused('hint-')
    await openTab(page)
    await hint
    const menu = refused('more-')
    await ask(page, 'Without a word')
    await menu
    await reached(page, 'Without a word', 'completed')
    await page.getByRole('button', { name: 'Live' }).waitFor()
    await context.unrouteAll()
    await page.getByRole('button', { name: 'More for this video' }).last().click()
    await page.locator('[aria-haspopup=menu]').last().click()
    await page.getByRole('menu').waitFor()
    await context.close()
  })

  it('opened while the service is away, says so once and goes on by itself', async () => {
    const context = await browser.newContext({ baseURL: service.url, reducedMotion: 'reduce' })
    const back = Promise.withResolvers<void>()
    let asked = 0
    await context.route('**/api/session', async (route) => {
      asked += 1
      if (asked === 6) await back.promise
      if (asked > 5) return route.continue()
      // The fourth is not asked again at once: the fifth is asked for anew.
      return asked === 4 ? route.fulfill({ status: 500, body: '<html>Broken' }) : route.abort()
    })
    const page = await context.newPage()
    await page.clock.install()
    await openTab(page)
    const hurried = async () => {
      await page.clock.fastForward(500)
      return asked
    }
    const patient = { timeout: 20_000 }
    await expect.poll(hurried, patient).toBeGreaterThanOrEqual(3)
    expect(await page.getByRole('alert').innerText()).toMatch(/does not answer.*goes on by itself/)
    await page.getByRole('button', { name: 'Try again' }).focus()
    await expect.poll(hurried, patient).toBe(6)
    // What is built anew is read aloud again, and its button has lost the focus.
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Try again')
    back.resolve()
    await composer(page).waitFor()
    await context.close()
  })

  it('says so where a part of the page cannot be fetched, and goes on from there with the draft', async () => {
    const { page } = await openWindow(browser, service.url)
    await page.route(/gallery-.*\.js/, (route) => route.abort())
    await composer(page).fill('Not yet sent')
    await page.getByRole('link', { name: 'Gallery' }).click()
    expect(await page.getByRole('alert').innerText()).toBe('A part of this page could not be loaded.')
    await expectAccessible(page)
    await page.unrouteAll()
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.getByRole('heading', { name: 'Gallery' }).waitFor()
    await page.getByRole('link', { name: 'Conversation' }).click()
    expect(await composer(page).inputValue()).toBe('Not yet sent')
    await page.context().close()
  })
})
