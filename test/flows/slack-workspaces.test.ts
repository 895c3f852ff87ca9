import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  answersIn,
  buttonsOf,
  delivered,
  type House,
  inHouse,
  modalOf,
  picture,
  rowsOf,
  startsOf,
  textOf,
  until,
} from '../slack/house.ts'
import { type Abroad, beginInstall, comeBack, install, openInstallable, settle } from '../slack/installed.ts'
import { alice, carol, general } from '../slack/open.ts'
import type { Slack } from '../slack/stand-in/index.ts'

/** The Slack of another workspace, for the helpers that look into one. */
const inside = (slack: Slack, { space, people }: Pick<Abroad, 'space' | 'people'>): Slack => ({
  ...slack,
  space,
  people,
})

/** What Slack refused; a token that met another workspace's channel, file or person is among it. */
const refusals = ({ slack }: House) => slack.requests.filter(({ error }) => error === 'invalid_auth')

describe('an app that several workspaces have installed', () => {
  let house: House
  let abroad: Abroad
  beforeAll(async () => {
    ;({ house, abroad } = await openInstallable())
    for (const space of [house.slack.space, abroad.space]) {
      const done = await install(house, space)
      expect([done.status, done.headers.get('location')]).toEqual([
        303,
        `${house.slack.origin}/app_redirect?app=A0DAILIES&team=${space.team}`,
      ])
    }
  })
  afterAll(() => house.close())

  it('answers in each, with each one’s picture, and no token ever meets another workspace', async () => {
    const { slack } = house
    const far = inside(slack, abroad)
    const ours = slack.people.mention({
      channel: general,
      user: alice,
      text: 'at home',
      files: [await picture(slack, alice)],
    })
    const theirs = abroad.people.mention({
      channel: abroad.channel,
      user: abroad.user,
      text: 'far away',
      files: [await picture(far, abroad.user, { mode: 'check_file_info' })],
    })
    const [home, away] = [
      await delivered(slack, general, ours.message.ts),
      await delivered(far, abroad.channel, theirs.message.ts),
    ]
    expect([home.video.pings, away.video.pings]).toEqual([[alice], [abroad.user]])
    expect(startsOf(house, 'at home')[0]?.film.picture).not.toBeNull()
    expect(startsOf(house, 'far away')[0]?.film.picture).not.toBeNull()
    expect(slack.downloads.length).toBeGreaterThanOrEqual(2)
    expect(slack.downloads.filter((each) => !each.allowed)).toEqual([])
    expect(refusals(house)).toEqual([])
  })

  it('takes commands, forms, buttons and the home page of each', async () => {
    const far = inside(house.slack, abroad)
    await abroad.people.slash({ command: '/video', channel: abroad.channel, user: abroad.user })
    const form = await until(() => modalOf(far, abroad.user))
    const prompt = form.view.blocks as { block_id?: string; element?: { action_id?: string } }[]
    const block = prompt.find((each) => each.element?.action_id === 'v1:form:prompt')?.block_id ?? ''
    expect(await abroad.people.submitView(form, { [block]: 'out of a form' })).toMatchObject({ acknowledged: true })
    const status = await until(() => {
      const found = abroad.space.messages.find((each) => each.byBot && textOf(each).includes('Your video is ready'))
      expect(found).toBeDefined()
      return found
    })
    if (!status) throw new Error('no status message')
    expect(await abroad.people.press(status, 'Again', abroad.user)).toMatchObject({ acknowledged: true })
    await until(() =>
      expect(abroad.space.messages.filter((each) => each.files.length > 0 && each.byBot).length).toBeGreaterThan(1),
    )
    await abroad.people.openHome(abroad.user)?.outcome
    await until(() => expect(JSON.stringify([...far.space.views.values()].at(-1)?.view)).toContain('out of a form'))
    expect(refusals(house)).toEqual([])
  })

  it('shows an admin of one workspace nothing of the other', async () => {
    const told = house.slack.people.mention({ channel: general, user: alice, text: 'a secret of the house' })
    await delivered(house.slack, general, told.message.ts)
    const everything = async (people: Slack['people'], channel: string, user: string) => {
      await people.slash({ command: '/operations', channel, user })
      return textOf(people.space.ephemerals.at(-1))
    }
    expect(await everything(house.slack.people, general, carol)).toContain('a secret of the house')
    const seen = await everything(abroad.people, abroad.channel, abroad.admin)
    expect(seen).toContain('out of a form')
    expect(seen).not.toContain('a secret of the house')
  })

  it('writes no token into its log', () => {
    const told = house.story.join('\n')
    expect(told).toContain('a workspace installed the app')
    expect(house.slack.grants.all.length).toBeGreaterThanOrEqual(2)
    for (const token of house.slack.grants.all) expect(told).not.toContain(token)
    expect(told).not.toContain('keep-me-secret')
    expect(told).not.toContain('code-')
  })
})

describe('installing', () => {
  let house: House
  beforeAll(async () => {
    ;({ house } = await openInstallable())
  })
  afterAll(() => house.close())

  it('asks for nothing that is not in the manifest, and leads back to the address that the app has', async () => {
    const { address } = await beginInstall(house.service.url)
    expect(address).toContain(`${house.slack.origin}/oauth/v2/authorize?`)
    expect(() => house.slack.decide(address, house.slack.space, { user: alice })).not.toThrow()
  })

  it('refuses a state that is missing, forged, of another browser or used before, and asks Slack for nothing', async () => {
    const { slack, service } = house
    const begin = async () => {
      const { address, cookie } = await beginInstall(service.url)
      return { back: slack.decide(address, slack.space, { user: alice }), cookie }
    }
    const asked = () => slack.requests.filter(({ method }) => method === 'oauth.v2.access').length
    const before = asked()
    const [one, other] = [await begin(), await begin()]
    const withState = (state: string | null) => {
      const address = new URL(one.back)
      if (state === null) address.searchParams.delete('state')
      else address.searchParams.set('state', state)
      return address.href
    }
    const [head = '', body = '', signature = ''] = (new URL(one.back).searchParams.get('state') ?? '').split('.')
    const unsigned = Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url')
    const forged = [`${unsigned}.${body}.`, `${head}.${body}.${signature.slice(0, -4)}AAAA`, 'nonsense']
    for (const state of [null, ...forged]) {
      const cookie = state === null ? one.cookie : `slack-app-oauth-state=${state}`
      expect((await comeBack(service.url, withState(state), cookie)).status).toBe(400)
    }
    for (const cookie of [null, other.cookie]) expect((await comeBack(service.url, one.back, cookie)).status).toBe(400)
    expect(asked()).toBe(before)
    expect(slack.grants.all).toEqual([])
  })

  it('takes a code once, and only with GET', async () => {
    const { slack, service } = house
    const { address, cookie } = await beginInstall(service.url)
    const back = slack.decide(address, settle(house, 'Twice').space, { user: alice })
    expect((await comeBack(service.url, back, cookie)).status).toBe(403)
    const again = await comeBack(service.url, back, cookie)
    expect([again.status, await again.text()]).toEqual([400, expect.stringContaining('could not be installed')])
    for (const path of ['/slack/install', '/slack/oauth_redirect']) {
      expect((await fetch(service.url + path, { method: 'POST', body: 'x' })).status).toBe(405)
    }
  })

  it('keeps nothing of a workspace that the host has not named, and gives its token back', async () => {
    const strange = settle(house, 'Strange')
    const answer = await install(house, strange.space)
    expect([answer.status, await answer.text()]).toEqual([403, expect.stringContaining('T0STRANGE')])
    expect(house.slack.requests.map(({ method }) => method)).toContain('auth.revoke')
    const told = strange.people.mention({ channel: strange.channel, user: strange.user, text: 'let me in' })
    expect(await told.outcomes).toEqual([{ acknowledged: false, answer: null }])
    expect(told.deliveries[0]?.attempts.map(({ status }) => status)).toEqual([401])
    expect(await rowsOf(house)).toEqual([])
  })

  it('says why a whole organisation, a token that runs out, or a change of mind install nothing', async () => {
    const said = async (decision: Parameters<typeof install>[2]) => {
      const answer = await install(house, house.slack.space, decision)
      expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'")
      return [answer.status, await answer.text()]
    }
    expect(await said({ organisation: true })).toEqual([403, expect.stringContaining('not in a whole organisation')])
    expect(await said({ rotates: true })).toEqual([403, expect.stringContaining('Token rotation')])
    expect(await said({ cancels: true })).toEqual([400, 'Nothing was installed.\n'])
  })
})

describe('removing the app', () => {
  let house: House
  let abroad: Abroad
  beforeAll(async () => {
    ;({ house, abroad } = await openInstallable({ env: { APPROVAL_ABOVE_USD: '1' } }))
    await install(house, abroad.space)
  })
  afterAll(() => house.close())
  const ask = (text: string) => abroad.people.mention({ channel: abroad.channel, user: abroad.user, text })
  const said = (text: string) => house.story.filter((line) => line.includes(text))

  it('ends what waits for that workspace with a reason, and its threads hear of it all once the app is back', async () => {
    const far = inside(house.slack, abroad)
    const late = ask('nobody would see it --model veo-3.1-generate-preview')
    await until(() => expect(answersIn(far, abroad.channel, late.message.ts)).toHaveLength(1))
    const told = ask('rehearse: 60s then gone')
    await until(() => expect(answersIn(far, abroad.channel, told.message.ts)).toHaveLength(1))
    await until(() => expect(startsOf(house, 'rehearse: 60s then gone')).toHaveLength(1))
    expect(await house.slack.uninstall(abroad.people)).toMatchObject([{ acknowledged: true }, { acknowledged: true }])
    expect(said('a workspace removed the app')).not.toEqual([])
    await house.google.finish()
    const row = await until(async () => {
      const found = (await rowsOf(house)).find(({ prompt }) => prompt === 'rehearse: 60s then gone')
      expect(JSON.stringify(found)).toContain('the app was removed from that Slack workspace')
      return found
    })
    expect(row?.status).toBe('completed')
    const waited = (await rowsOf(house)).find(({ prompt }) => prompt === 'nobody would see it')
    expect(waited).toMatchObject({ status: 'error', error_code: 'cancelled' })
    expect(JSON.stringify(waited)).toContain(
      'removed from its Slack workspace before Google began. Nothing was charged',
    )
    expect(startsOf(house, 'nobody would see it')).toEqual([])
    expect(said('told later')).toEqual([])
    expect(answersIn(far, abroad.channel, told.message.ts)).toHaveLength(1)

    expect((await install(house, abroad.space)).status).toBe(303)
    const { video } = await delivered(far, abroad.channel, told.message.ts)
    const [status, outcome] = await until(() => {
      const answers = answersIn(far, abroad.channel, late.message.ts)
      expect(textOf(answers[0])).toContain('before Google began. Nothing was charged')
      expect(answers).toHaveLength(2)
      return answers
    })
    expect(buttonsOf(status)).toContain('Try again')
    expect(outcome?.pings).toEqual([abroad.user])
    const finished = { command: '/operations', text: 'completed', channel: abroad.channel, user: abroad.admin }
    await abroad.people.slash(finished)
    const shown = () => abroad.space.ephemerals.at(-1)
    const list = shown()
    if (!list) throw new Error('no list')
    await abroad.people.press(list, 'v1:list:open', abroad.admin)
    const opened = await until(() => {
      expect(textOf(shown())).toContain('v1:deliver_again')
      return shown()
    })
    if (!opened) throw new Error('nothing opened')
    video.deleted = true
    await abroad.people.press(opened, 'v1:deliver_again', abroad.admin)
    await delivered(far, abroad.channel, told.message.ts)
  })

  it('is not believed where Slack tells of it after the app was installed anew', async () => {
    const [late] = abroad.people.removed()
    expect(await late?.outcome).toMatchObject({ acknowledged: true })
    const told = ask('still here')
    expect(await told.outcomes).toEqual([{ acknowledged: true, answer: null }])
    await delivered(inside(house.slack, abroad), abroad.channel, told.message.ts)
  })

  it('ends deliveries with the reason also where Slack never told of it, and makes up for them once installed', async () => {
    const told = ask('rehearse: 60s then silence')
    await until(() => expect(answersIn(inside(house.slack, abroad), abroad.channel, told.message.ts)).toHaveLength(1))
    await until(() => expect(startsOf(house, 'rehearse: 60s then silence')).toHaveLength(1))
    house.slack.grants.uninstall(abroad.space)
    await house.google.finish()
    await until(async () => {
      const found = (await rowsOf(house)).find(({ prompt }) => prompt === 'rehearse: 60s then silence')
      expect(JSON.stringify(found)).toContain('the app was removed from that Slack workspace')
    })
    // As for the workspace of one bot token, which nothing is kept of before it installs the app.
    await install(house, abroad.space)
    await delivered(inside(house.slack, abroad), abroad.channel, told.message.ts)
  })
})

describe('without SLACK_CLIENT_ID', () => {
  it('there is no page for installing', () =>
    inHouse(async ({ service }) => {
      for (const path of ['/slack/install', '/slack/oauth_redirect?code=x&state=y']) {
        expect((await fetch(service.url + path)).status).toBe(404)
      }
    }, 'http'))
})
