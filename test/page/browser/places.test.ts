import type { Browser } from 'playwright-core'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
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
  reached,
} from '../browser.ts'

const accessToken = 'the-token-for-everybody-who-may'
const adminToken = 'the-token-for-those-who-administer'

describe('signing in, and what is behind it', { timeout: 60_000 }, () => {
  let installation: Installation
  let service: Running
  let browser: Browser
  beforeAll(async () => {
    installation = await Installation.open(0.2, await playable())
    service = await installation.start({
      env: { WEB_ACCESS_TOKEN: accessToken, WEB_ADMIN_TOKEN: adminToken, APPROVAL_ABOVE_USD: '0.9' },
    })
    browser = await openChromium()
  })
  afterAll(async () => {
    await browser.close()
    await installation.close()
  })

  const signedIn = async (token: string) => {
    const window = await openWindow(browser, service.url)
    await window.page.getByLabel('Access token').fill(token)
    await window.page.getByRole('button', { name: 'Sign in' }).click()
    await composer(window.page).waitFor()
    return window
  }

  /** By the token that comes along with each request: only so many may sign in within a minute. */
  const known = async (token: string) => {
    const window = await openWindow(browser, service.url, { extraHTTPHeaders: { authorization: `Bearer ${token}` } })
    await composer(window.page).waitFor()
    return window
  }

  it('lets in who has the token, with a cookie that no script can read, and nobody else', async () => {
    const { page, complaints } = await openWindow(browser, service.url)
    await page.getByLabel('Access token').fill('a guess')
    await expectAccessible(page)
    await page.getByRole('button', { name: 'Sign in' }).click()
    expect(await page.getByRole('alert').innerText()).toMatch(/That token is not right/)
    await page.getByLabel('Access token').fill(accessToken)
    await page.keyboard.press('Enter')
    await composer(page).waitFor()
    const [cookie] = await page.context().cookies()
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Lax' })
    expect(await page.getByRole('link', { name: 'Admin' }).count()).toBe(0)
    await page.goto('/admin/settings')
    await page.getByText('Only admins see what is here.').waitFor()
    await page.getByLabel('Admin token').waitFor()
    await expectAccessible(page)
    await page.route('**/api/session', (route) =>
      route.request().method() === 'DELETE' ? route.abort() : route.continue(),
    )
    await page.getByRole('button', { name: 'Sign out' }).click()
    expect(await page.getByRole('alert').innerText()).toMatch(/^You are still signed in: /)
    await page.unroute('**/api/session')
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByLabel('Access token').waitFor()
    expect(complaints).toEqual([])
    await page.context().close()
  })

  it('keeps nothing for the next person of what somebody wrote who signed out', async () => {
    const { page } = await signedIn(accessToken)
    const create = { width: 64, height: 36, channels: 3, background: '#735' } as const
    const buffer = await sharp({ create }).png().toBuffer()
    await page.locator('input[data-slot=first]').setInputFiles({ name: 'passport.png', mimeType: 'image/png', buffer })
    await page.getByAltText('First frame: passport.png').waitFor()
    await composer(page).fill('Nobody else’s business')
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByLabel('Access token').waitFor()
    await page.context().setExtraHTTPHeaders({ authorization: `Bearer ${accessToken}` })
    await page.goto(service.url)
    await page.getByRole('button', { name: /^Make it · / }).waitFor()
    expect(await composer(page).inputValue()).toBe('')
    expect(await page.getByAltText('First frame: passport.png').count()).toBe(0)
    await page.context().close()
  })

  it('shows the way in to whom the server no longer knows, and keeps what was being written', async () => {
    const { page, complaints } = await known(accessToken)
    await ask(page, 'Of the one before')
    await composer(page).fill('Half a thought')
    await page.context().setExtraHTTPHeaders({})
    await composer(page).press('Enter')
    await page.getByLabel('Access token').fill(accessToken)
    await page.keyboard.press('Enter')
    expect(await composer(page).inputValue()).toBe('Half a thought')
    await page.getByRole('heading', { name: 'What shall we screen?' }).waitFor()
    expect(await page.getByText('Of the one before').count()).toBe(0)
    expect(await page.getByRole('alert').count()).toBe(0)
    expect(complaints).toEqual([])
    await page.context().close()
  })

  it('holds what is dear until an admin approves it, tells both, and pushes it to a member who became one', async () => {
    const admin = await signedIn(accessToken)
    await admin.page.getByRole('button', { name: 'Sign in as admin' }).click()
    await admin.page.getByLabel('Admin token').fill(adminToken)
    await expectAccessible(admin.page)
    await admin.page.keyboard.press('Enter')
    await admin.page.getByRole('link', { name: 'Admin' }).click()
    await admin.page.getByRole('link', { name: 'Approvals' }).click()
    await admin.page.getByText('Nothing waits for approval.').waitFor()

    const member = await signedIn(accessToken)
    await member.page.locator('summary').click()
    await member.page.getByLabel('Resolution').selectOption('1080p')
    await ask(member.page, 'A dear panorama')
    await reached(member.page, 'A dear panorama', 'held')
    expect(await message(member.page, 'A dear panorama').innerText()).toContain('An admin has to approve')
    // Pushed to the page that was a member’s before.
    await admin.page.getByRole('button', { name: 'A dear panorama' }).click()
    await expectAccessible(admin.page)
    await admin.page.getByRole('button', { name: 'Approve' }).click()
    await reached(member.page, 'A dear panorama', 'completed')
    await admin.page.keyboard.press('Escape')
    await admin.page.getByText('Nothing waits for approval.').waitFor()
    expect([...member.complaints, ...admin.complaints]).toEqual([])
    await member.page.context().close()
    await admin.page.context().close()
  })

  it('shows admins Operations, settings, statistics with plots and what admins did; settings hold at once', async () => {
    const { page, complaints } = await signedIn(adminToken)
    await ask(page, 'A cheap one')
    await reached(page, 'A cheap one', 'completed')
    for (const [part, text] of [
      ['Operations', 'A cheap one'],
      ['Settings and budgets', 'Longest video, in seconds'],
      ['Statistics', 'Outcomes a day'],
      ['What admins did', 'What admins did'],
    ] as const) {
      await page.getByRole('link', { name: 'Admin', exact: true }).click()
      await page.getByRole('link', { name: part }).click()
      await page.getByText(text).last().waitFor()
      await page.waitForLoadState('load')
      await expectAccessible(page)
      await page.setViewportSize({ width: 360, height: 740 })
      await expectNoSideways(page)
      await page.setViewportSize({ width: 1280, height: 800 })
    }
    await page.getByRole('link', { name: 'Settings and budgets' }).click()
    await page.getByLabel('Longest video, in seconds').fill('4')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Saved.').waitFor()
    await page.getByRole('link', { name: 'Conversation' }).click()
    await page.getByRole('button', { name: 'Make it · $0.40' }).waitFor()
    expect(complaints).toEqual([])
    await page.context().close()
  })

  it('saves only the settings that were touched: what is unlimited or offered elsewhere stays', async () => {
    const { page, complaints } = await known(adminToken)
    const address = '/api/admin/settings?scope=discord:1'
    const models = ['veo-3.1-generate-001', 'veo-3.1-lite-generate-preview']
    const before = { requester_daily_micros: null, workspace_monthly_micros: 5_000_000, allowed_models: models }
    await page.request.put(address, { data: { settings: before } })
    await page.getByRole('link', { name: 'Admin', exact: true }).click()
    await page.getByRole('link', { name: 'Settings and budgets' }).click()
    await page.getByLabel('Where').selectOption({ label: 'Server, team or channel' })
    await page.getByRole('textbox', { name: /Server, team or channel/ }).fill('discord:1')
    await page.getByRole('checkbox', { name: 'veo-3.1-generate-001' }).waitFor()
    /** Somebody else's change, which this page hears of as it comes to the fore again. */
    const elsewhere = async (settings: object) => {
      await page.request.put(address, { data: { settings } })
      const heard = page.waitForResponse((response) => response.url().includes('scope=discord'))
      await page.evaluate(() => dispatchEvent(new Event('visibilitychange')))
      await (await heard).finished()
    }
    const save = async () => {
      const sent = page.waitForRequest((request) => request.method() === 'PUT')
      await page.getByRole('button', { name: 'Save' }).click()
      return (await sent).postDataJSON()
    }
    const budget = page.getByLabel('This place’s budget a month, in dollars')
    await elsewhere({ workspace_monthly_micros: 3_000_000, allowed_models: models.slice(1) })
    await expect.poll(() => budget.inputValue()).toBe('3')
    expect(await page.getByRole('checkbox', { name: 'veo-3.1-generate-001' }).count()).toBe(0)
    await page.getByLabel('Requests a person may make a day').fill('20')
    await elsewhere({ workspace_monthly_micros: 2_000_000 })
    expect(await budget.inputValue()).toBe('3')
    expect(await save()).toEqual({ settings: { daily_requests: 20 }, reset: [] })
    await page.getByText('Saved.').waitFor()
    await expect.poll(() => budget.inputValue()).toBe('2')
    await page.getByLabel('Longest video, in seconds').fill('6')
    expect(await save()).toEqual({ settings: { max_duration_seconds: 6 }, reset: [] })
    const after = (await (await page.request.get(address)).json()) as { settings: object }
    const meanwhile = { workspace_monthly_micros: 2_000_000, allowed_models: models.slice(1) }
    expect(after.settings).toMatchObject({ ...before, ...meanwhile, daily_requests: 20 })
    expect(complaints).toEqual([])
    await page.context().close()
  })

  it('finds videos again by words and filters, which stay in the address', async () => {
    const { page, complaints } = await signedIn(accessToken)
    for (const prompt of ['A red kite over dunes', 'A blue kite over ice']) {
      await ask(page, prompt)
      await reached(page, prompt, 'completed')
    }
    await page.getByRole('link', { name: 'Gallery' }).click()
    await page.getByRole('button', { name: 'Open: A red kite over dunes' }).waitFor()
    await expectAccessible(page)
    await page.getByLabel('Search prompts').fill('ice')
    await page.getByRole('button', { name: /red kite/ }).waitFor({ state: 'detached' })
    await page.reload()
    await page.getByRole('button', { name: 'Open: A blue kite over ice' }).waitFor()
    expect(await page.getByLabel('Search prompts').inputValue()).toBe('ice')
    await page.getByLabel('State').selectOption({ label: 'failed' })
    await page.getByText('Nothing fits.').waitFor()
    await page.getByLabel('State').selectOption({ label: 'finished' })
    await page.getByRole('button', { name: 'Open: A blue kite over ice' }).click()
    await page.getByRole('dialog').getByRole('button', { name: /^Play/ }).click()
    await page.waitForFunction(
      () => (document.querySelector<HTMLVideoElement>('video[controls]')?.currentTime ?? 0) > 0,
    )
    await page.keyboard.press('Escape')
    await page.getByRole('link', { name: 'Gallery' }).click()
    await page.getByRole('button', { name: 'Open: A red kite over dunes' }).waitFor()
    expect(await page.getByLabel('Search prompts').inputValue()).toBe('')
    expect(complaints).toEqual([])
    await page.context().close()
  })

  it('keeps all that the gallery shows of a day while the minutes go by', async () => {
    const { page, complaints } = await known(accessToken)
    for (const prompt of ['First of three', 'Second of three', 'Third of three'])
      await page.request.post('/api/video_chat/generate', { data: { prompt } })
    const lists = new Set<string>()
    await page.route(/operations\?.*since=/, (route) => {
      const url = new URL(route.request().url())
      lists.add(String(url.searchParams.get('since')))
      // Two to a page, so that three are more than one.
      url.searchParams.set('limit', '2')
      return route.continue({ url: url.href })
    })
    await page.getByRole('link', { name: 'Gallery' }).click()
    await page.getByLabel('From', { exact: true }).selectOption({ label: 'the last day' })
    await page.getByRole('button', { name: 'Show more' }).click()
    await page.getByRole('button', { name: 'Open: First of three' }).waitFor()
    await page.clock.setFixedTime(Date.now() + 90_000)
    await page.getByRole('button', { name: 'Open: First of three' }).click()
    await page.getByRole('dialog').getByRole('button', { name: /^Play/ }).click()
    await page.waitForFunction(
      () => (document.querySelector<HTMLVideoElement>('video[controls]')?.currentTime ?? 0) > 0,
    )
    await page.keyboard.press('Escape')
    expect(await page.getByRole('button', { name: /^Open: .* of three/ }).count()).toBe(3)
    expect(lists.size).toBe(1)
    expect(complaints).toEqual([])
    await page.context().close()
  })

  it('plays for somebody who is not signed in, by a signed link', async () => {
    const { page } = await signedIn(accessToken)
    await ask(page, 'For a friend')
    await reached(page, 'For a friend', 'completed')
    await message(page, 'For a friend').getByRole('button', { name: 'More for this video' }).click()
    await page.getByRole('menuitem', { name: 'Copy link' }).click()
    const link = page.getByRole('textbox', { name: 'Link to this video' })
    await page.waitForFunction(() => document.querySelector<HTMLInputElement>('#link')?.value.startsWith('http'))
    const friend = await openWindow(browser, service.url)
    await friend.page.goto(await link.inputValue())
    await expectAccessible(friend.page)
    await friend.page.locator('video').evaluate((video) => (video as HTMLVideoElement).play())
    await friend.page.waitForFunction(() => (document.querySelector('video')?.currentTime ?? 0) > 0.2)
    expect(friend.complaints).toEqual([])
    await friend.page.context().close()
    await page.context().close()
  })
})
