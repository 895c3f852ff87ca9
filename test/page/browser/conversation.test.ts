import type { Browser, Page } from 'playwright-core'
import sharp from 'sharp'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { Installation, type Running } from '../../flows/service.ts'
import {
  ask,
  composer,
  expectAccessible,
  expectNoSideways,
  message,
  openChromium,
  openWindow,
  playable,
  plays,
  reached,
  type Window,
} from '../browser.ts'

const generous = {
  BUDGET_REQUESTER_DAILY_USD: '500',
  BUDGET_WORKSPACE_MONTHLY_USD: '500',
  BUDGET_TOTAL_MONTHLY_USD: '500',
  MAX_IN_FLIGHT_PER_REQUESTER: '50',
}
/** What the issue allows for the first load. */
const firstLoadBytes = 150_000

/** The real service and a real browser; the rehearsal stands in for Google. */
describe('a conversation in the browser', { timeout: 60_000 }, () => {
  let installation: Installation
  let service: Running
  let browser: Browser
  let window: Window
  let page: Page
  beforeAll(async () => {
    installation = await Installation.open(0.2, await playable())
    service = await installation.start({ env: generous })
    browser = await openChromium()
  })
  afterAll(async () => {
    await browser.close()
    await installation.close()
  })
  beforeEach(async () => {
    window = await openWindow(browser, service.url)
    page = window.page
  })
  afterEach(async () => {
    await page.context().close()
    // A refused script or style, an error in the page: each would stand here.
    expect(window.complaints).toEqual([])
  })

  const picture = async (background: string) =>
    sharp({ create: { width: 320, height: 180, channels: 3, background } })
      .png()
      .toBuffer()

  it('turns text into a video that plays, and says each state of it', async () => {
    await page.getByRole('heading', { name: 'What shall we screen?' }).waitFor()
    await expectAccessible(page)
    const prompt = 'A lion walks through dry grass, rehearse: 60s'
    const made = await ask(page, prompt)
    await reached(page, prompt, 'generating')
    expect(await made.getByRole('progressbar').getAttribute('aria-valuetext')).toMatch(/so far/)
    await expectAccessible(page)
    expect(await composer(page).inputValue()).toBe('')
    await installation.google.finish()
    await reached(page, prompt, 'completed')
    expect(await made.innerText()).toMatch(/Veo 3.1 Fast · 720p · 16:9 · 8 s\s+\$0\.80\s+Your video is ready/)
    expect(await page.getByRole('status').first().innerText()).toBe(`Your video is ready: ${prompt}`)
    await made.getByRole('button', { name: 'More for this video' }).waitFor()
    await expectAccessible(page)
    await plays(page, prompt)
  })

  it('moves nothing while a message goes from its first state to its last', async () => {
    const prompt = 'Waves roll in, rehearse: 60s'
    await ask(page, prompt)
    await page.evaluate(() => {
      const shifts: number[] = []
      Object.assign(globalThis, { shifts })
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) shifts.push((entry as PerformanceEntry & { value: number }).value)
      }).observe({ type: 'layout-shift' })
    })
    await reached(page, prompt, 'generating')
    await installation.google.finish()
    await reached(page, prompt, 'completed')
    await message(page, prompt).getByRole('button', { name: 'More for this video' }).waitFor()
    const shifted = await page.evaluate(() => (globalThis as unknown as { shifts: number[] }).shifts)
    expect(shifted.reduce((sum, each) => sum + each, 0)).toBeLessThan(0.02)
  })

  it('animates pictures that came by button, drop and paste, with a last frame, and takes one out again', async () => {
    const first = { name: 'harbour.png', mimeType: 'image/png', buffer: await picture('#2060c0') }
    await page.locator('input[data-slot=first]').setInputFiles(first)
    await page.getByRole('button', { name: 'Remove First frame: harbour.png' }).click()
    await give(page, 'drop', await picture('#c06020'), 'dropped.png')
    await page.getByAltText('First frame: dropped.png').waitFor()
    await give(page, 'paste', await picture('#20c060'), 'pasted.png')
    await page.getByAltText('Last frame: pasted.png').waitFor()
    await expectAccessible(page)
    const prompt = 'Fog rolls into the harbour'
    const made = await ask(page, prompt)
    await reached(page, prompt, 'completed')
    expect(await made.innerText()).toMatch(/begins with a picture · ends with a picture/)
    await plays(page, prompt)
    expect(await page.getByAltText(/dropped.png|pasted.png/).count()).toBe(0)
    const asked = installation.google.starts.find((start) => start.prompt === prompt)
    expect(asked?.film.picture).not.toBeNull()
  })

  it('sends nothing that is half written: the Enter that confirms a conversion, as Safari tells of it, is not its end', async () => {
    await composer(page).fill('ライオン')
    const isLeftAlone = await composer(page).evaluate((field) => {
      field.dispatchEvent(new CompositionEvent('compositionend', { data: 'ライオン', bubbles: true }))
      return field.dispatchEvent(
        new KeyboardEvent('keydown', { key: 'Enter', keyCode: 229, bubbles: true, cancelable: true }),
      )
    })
    expect(isLeftAlone).toBe(true)
    expect(await page.getByText('Sending…').count()).toBe(0)
  })

  it('leaves words to the field that come by paste or drop, with or without a picture of themselves', async () => {
    const text = 'A lion walks through dry grass'
    const isLeftAlone = await composer(page).evaluate((field, words) => {
      const data = new DataTransfer()
      data.setData('text/plain', words)
      const event = { bubbles: true, cancelable: true }
      const drop = field.dispatchEvent(new DragEvent('drop', { ...event, dataTransfer: data }))
      data.items.add(new File(['x'], 'image.png', { type: 'image/png' }))
      return [drop, field.dispatchEvent(new ClipboardEvent('paste', { ...event, clipboardData: data }))]
    }, text)
    expect(isLeftAlone).toEqual([true, true])
    expect(await page.locator('.picture').count()).toBe(0)
  })

  it('makes a video with reference pictures, and offers only what goes together with them', async () => {
    const files = await Promise.all(
      ['#a33', '#3a3', '#33a'].map(async (colour, index) => ({
        name: `thing${index}.png`,
        mimeType: 'image/png',
        buffer: await picture(colour),
      })),
    )
    await page.locator('input[data-slot=reference]').setInputFiles(files)
    expect(await page.getByAltText(/^Reference/).count()).toBe(3)
    expect(await page.getByRole('button', { name: /^Add / }).count()).toBe(0)
    await page.locator('summary').click()
    await page.getByLabel('Length').waitFor()
    expect(await page.getByLabel('Length').getByRole('option').allInnerTexts()).toEqual(['8 s · $0.80'])
    const lite = page.getByLabel('Model').getByRole('option', { name: /Lite/ })
    expect(await lite.isDisabled()).toBe(true)
    // The day from which Google may do so is past.
    const fast = page.getByLabel('Model').getByRole('option', { name: /Veo 3.1 Fast/ })
    expect(await fast.innerText()).toContain('may be switched off any day')
    await expectAccessible(page)
    const prompt = 'All three things meet'
    const made = await ask(page, prompt)
    await reached(page, prompt, 'completed')
    expect(await made.innerText()).toContain('3 reference pictures')
  })

  it('refuses what is no picture before it is sent', async () => {
    const text = { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('no picture') }
    await page.locator('input[data-slot=first]').setInputFiles(text)
    expect(await page.getByRole('alert').innerText()).toMatch(/notes.txt.*not a PNG, JPEG or WebP/)
    await expectAccessible(page)
  })

  it('tells of a refusal and what to do, and tries again', async () => {
    const prompt = 'A duel in the rain'
    installation.google.fault({ route: 'start', kind: 'safety', match: prompt })
    const made = await ask(page, prompt)
    await reached(page, prompt, 'error')
    expect(await made.innerText()).toMatch(/Google refused this for safety[\s\S]*You were not charged[\s\S]*try again/)
    await expectAccessible(page)
    await made.getByRole('button', { name: 'Try again' }).click()
    await reached(page, prompt, 'completed')
    expect(await message(page, prompt).innerText()).toContain('tried again')
    installation.google.fault({ route: 'start', kind: 'safety', match: prompt })
    await message(page, prompt)
      .getByRole('button', { name: /^Again/ })
      .click()
    await reached(page, prompt, 'error')
    const refused = page.locator('article[data-stage=error]', { hasText: 'once more' })
    // The sum of it and the one before, which was paid, is no cost of its own.
    expect(await refused.locator('.slate-cost').innerText()).toBe('nothing was charged')
  })

  it('says the price of each setting and of an extension before anything is sent', async () => {
    await page.locator('summary').click()
    await page.getByRole('button', { name: 'Make it · $0.80' }).waitFor()
    // The price of what was chosen before is none while the server has not answered.
    await page.route('**/quote', () => undefined)
    await page.getByLabel('Resolution').selectOption('4k')
    await page.getByRole('button', { name: 'Make it · $2.40' }).waitFor()
    await page.unroute('**/quote')
    await page.getByRole('checkbox', { name: /Draft first/ }).check()
    await page.getByRole('button', { name: 'Make it · $0.40' }).waitFor()
    await page.getByRole('checkbox', { name: /Draft first/ }).uncheck()
    await page.getByLabel('Resolution').selectOption('720p')
    const prompt = 'A boat leaves the shore'
    const made = await ask(page, prompt)
    await reached(page, prompt, 'completed')
    await made.getByRole('button', { name: 'More for this video' }).click()
    await page.getByRole('menuitem', { name: 'Extend' }).click()
    await page.getByLabel('What happens next?').fill('It reaches the island')
    await expectAccessible(page)
    await page.getByRole('button', { name: 'Make it · $0.70' }).click()
    await reached(page, 'It reaches the island', 'completed')
    const longer = message(page, 'It reaches the island')
    expect(await longer.innerText()).toContain('made longer')
    await longer.getByRole('button', { name: 'More for this video' }).click()
    await page.getByRole('menuitem', { name: 'Animate its last frame' }).click()
    // Not of the seven seconds that the extension added.
    await page.getByRole('dialog').getByRole('button', { name: 'Make it · $0.80' }).waitFor()
  })

  it('is used by keyboard alone: writes, sends, opens the menu, closes a dialog and is back where it was', async () => {
    await composer(page).focus()
    await page.keyboard.type('First line')
    await page.keyboard.press('Shift+Enter')
    await page.keyboard.type('second line')
    expect(await composer(page).inputValue()).toBe('First line\nsecond line')
    await page.keyboard.press('Enter')
    await reached(page, 'second line', 'completed')
    await message(page, 'second line').getByRole('button', { name: /^Play/ }).focus()
    await page.keyboard.press('Enter')
    await page.locator('video:focus').waitFor()
    const more = message(page, 'second line').getByRole('button', { name: 'More for this video' })
    await more.focus()
    await page.keyboard.press('Enter')
    await page.getByRole('menuitem', { name: 'Details' }).waitFor()
    await expectAccessible(page)
    // The focus moves a moment after the key.
    const focused = (name: string) => page.locator('[role=menuitem]:focus', { hasText: name }).waitFor()
    await page.keyboard.press('End')
    await focused('Delete')
    await page.keyboard.press('ArrowUp')
    await focused('Details')
    await page.keyboard.press('Enter')
    await page.getByRole('dialog', { name: 'Details' }).getByText('CRC-32').waitFor()
    await expectAccessible(page)
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await page.waitForFunction((button) => button === document.activeElement, await more.elementHandle())
  })

  it('deletes only after asking once more', async () => {
    const prompt = 'Not worth keeping'
    const made = await ask(page, prompt)
    await reached(page, prompt, 'completed')
    await made.getByRole('button', { name: 'More for this video' }).click()
    await page.getByRole('menuitem', { name: 'Delete' }).click()
    await page.getByRole('button', { name: 'Keep it' }).click()
    expect(await made.count()).toBe(1)
    await made.getByRole('button', { name: 'More for this video' }).click()
    await page.getByRole('menuitem', { name: 'Delete' }).click()
    await page.route('**/operations/*', (route) => route.fulfill({ status: 500, body: 'Broken' }), { times: 1 })
    await page.getByRole('button', { name: 'Delete for good' }).click()
    const failure = page.getByRole('dialog').getByRole('alert')
    expect(await failure.innerText()).toMatch(/^The service does not answer .* press again in a moment/)
    await page.getByRole('button', { name: 'Delete for good' }).click()
    await made.waitFor({ state: 'detached' })
  })

  it('fits a phone, in the light and in the dark', async () => {
    await page.setViewportSize({ width: 360, height: 740 })
    const prompt = 'A long walk along the quay at night, rehearse: 60s'
    await composer(page).fill(prompt)
    await page.getByRole('button', { name: /^Make it/ }).click()
    await reached(page, prompt, 'generating')
    await expectNoSideways(page)
    await installation.google.finish()
    await reached(page, prompt, 'completed')
    await page.locator('summary').click()
    await page.getByLabel('Model').waitFor()
    await expectNoSideways(page)
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      await expectAccessible(page)
    }
  })

  it('loads little script at first, and lets no other script or style in', async () => {
    await page.getByText(/^Make it · /).waitFor()
    await page.waitForLoadState('networkidle')
    const bytes = await page.evaluate(() =>
      performance
        .getEntriesByType('resource')
        .filter(({ name }) => name.endsWith('.js'))
        .reduce((sum, entry) => sum + (entry as PerformanceResourceTiming).encodedBodySize, 0),
    )
    expect(bytes).toBeGreaterThan(50_000)
    expect(bytes).toBeLessThan(firstLoadBytes)
    const response = await page.reload()
    const policy = response?.headers()['content-security-policy'] ?? ''
    expect(policy).toMatch(/default-src 'none'/)
    expect(policy).toMatch(/script-src 'self'/)
    expect(policy).not.toMatch(/unsafe-/)
  })
})

/** Hands a file to the composer as a drop or a paste does. */
async function give(page: Page, kind: 'drop' | 'paste', bytes: Uint8Array, name: string): Promise<void> {
  const transfer = await page.evaluateHandle(
    ([content, name]) => {
      const data = new DataTransfer()
      data.items.add(new File([Uint8Array.from(content)], name, { type: 'image/png' }))
      return data
    },
    [[...bytes], name] as const,
  )
  if (kind === 'drop') await composer(page).dispatchEvent('drop', { dataTransfer: transfer })
  else
    await composer(page).evaluate((field, clipboardData) => {
      field.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }))
    }, transfer)
}
