import { webApi } from '@slack/bolt'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { picture } from './house.ts'
import { alice, general, openSlack } from './open.ts'
import { type Slack, tokens } from './stand-in/index.ts'

describe('the Slack of the tests is as strict as Slack', () => {
  let slack: Slack
  let client: webApi.WebClient

  beforeEach(async () => {
    slack = await openSlack('socket', { tiers: { postBurst: 4 }, triggerMilliseconds: 50 })
    const options = { slackApiUrl: slack.apiUrl, retryConfig: { retries: 0 }, rejectRateLimitedCalls: true }
    client = new webApi.WebClient(tokens.bot, options)
  })
  afterEach(() => slack.stop())

  const refused = (error: string) => expect.objectContaining({ data: expect.objectContaining({ error }) })

  it('about tokens and scopes', async () => {
    await expect(client.auth.test({ token: 'xoxb-of-another' })).rejects.toEqual(refused('invalid_auth'))
    await expect(client.apps.connections.open({})).rejects.toEqual(refused('not_allowed_token_type'))
    slack.api.scopes.delete('chat:write')
    await expect(client.chat.postMessage({ channel: general, text: 'hello' })).rejects.toEqual(refused('missing_scope'))
  })

  it('about places', async () => {
    slack.space.addChannel({ id: 'C0ELSEWHERE', members: [alice] })
    slack.space.addChannel({ id: 'C0OLD', archived: true })
    const post = (channel: string) => client.chat.postMessage({ channel, text: 'hello' })
    await expect(post('C0ELSEWHERE')).rejects.toEqual(refused('not_in_channel'))
    await expect(post('C0OLD')).rejects.toEqual(refused('is_archived'))
    await expect(post('C0NOWHERE')).rejects.toEqual(refused('channel_not_found'))
    const gone = client.chat.update({ channel: general, ts: '1.000001', text: 'hello' })
    await expect(gone).rejects.toEqual(refused('message_not_found'))
  })

  it('about Block Kit', async () => {
    const post = (blocks: unknown) =>
      client.chat.postMessage({ channel: general, text: 'hello', blocks: blocks as webApi.Block[] })
    const section = (length: number) => [{ type: 'section', text: { type: 'mrkdwn', text: 'x'.repeat(length) } }]
    await expect(post(section(3001))).rejects.toEqual(refused('invalid_blocks'))
    await expect(post(Array.from({ length: 51 }, () => ({ type: 'divider' })))).rejects.toEqual(
      refused('invalid_blocks'),
    )
    await expect(client.chat.postMessage({ channel: general, text: '', blocks: [] })).rejects.toEqual(
      refused('no_text'),
    )
    await expect(post(section(3000))).resolves.toMatchObject({ ok: true })
  })

  it('about whom a text pings', async () => {
    await client.chat.postMessage({ channel: general, text: `<!channel> <@${alice}> &lt;!here&gt; @everyone` })
    expect(slack.space.messages.at(-1)?.pings).toEqual(['!channel', alice])
  })

  it('about its rates, and about triggers that are too old', async () => {
    for (let sent = 0; sent < 4; sent += 1) await client.chat.postMessage({ channel: general, text: 'hello' })
    await expect(client.chat.postMessage({ channel: general, text: 'too much' })).rejects.toMatchObject({
      retryAfter: 1,
    })
    const view = { type: 'modal' as const, title: { type: 'plain_text' as const, text: 'Hello' }, blocks: [] }
    const trigger_id = 'never-given'
    await expect(client.views.open({ trigger_id, view })).rejects.toEqual(refused('invalid_trigger_id'))
  })

  it('about files: without the token comes a login page, with status 200', async () => {
    const { id, name, bytes } = await picture(slack, alice)
    const url = `${slack.origin}/files-pri/T0DAILIES-${id}/download/${name}`
    const page = await fetch(url)
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('<!DOCTYPE html>')])
    const file = await fetch(url, { headers: { authorization: `Bearer ${tokens.bot}` } })
    expect(Buffer.from(await file.arrayBuffer()).equals(bytes)).toBe(true)
  })
})
