import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type StandIn, startDiscord } from './stand-in/start.ts'

describe('the Discord that runs here refuses what Discord refuses', () => {
  let discord: StandIn
  let channel: string
  let alice: string

  beforeEach(async () => {
    discord = await startDiscord({ windowScale: 0.02 })
    const guild = discord.controls.addGuild('Film club')
    channel = discord.controls.addChannel(guild)
    alice = discord.controls.addUser('Alice')
    discord.controls.addMember(guild, alice)
  })
  afterEach(() => discord.close())

  async function call(method: string, path: string, body?: unknown, authorized = true) {
    const response = await fetch(`${discord.url}/v10${path}`, {
      method,
      headers: { 'content-type': 'application/json', ...(authorized ? { authorization: `Bot ${discord.token}` } : {}) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    const parsed = text === '' ? null : JSON.parse(text)
    return { status: response.status, code: parsed?.code, body: parsed, headers: response.headers }
  }
  const post = (body: unknown) => call('POST', `/channels/${channel}/messages`, body)
  const register = (body: unknown) => call('PUT', `/applications/${discord.applicationId}/commands`, body)
  const slash = async () => {
    await register([{ name: 'video', description: 'makes one' }])
    const id = discord.controls.slash({ user: alice, channel }, 'video')
    return { id, token: discord.controls.interaction(id)?.token ?? '' }
  }
  const answer = ({ id, token }: { id: string; token: string }, body: unknown) =>
    call('POST', `/interactions/${id}/${token}/callback?with_response=true`, body, false)

  it.each([
    ['an empty message', {}, 50006],
    ['2,001 characters', { content: 'x'.repeat(2001) }, 50035],
    ['an embed title of 257', { embeds: [{ title: 'x'.repeat(257) }] }, 50035],
    [
      '6,001 characters in embeds',
      { embeds: [{ description: 'x'.repeat(4000) }, { description: 'x'.repeat(2001) }] },
      50035,
    ],
    ['26 fields', { embeds: [{ fields: Array(26).fill({ name: 'a', value: 'b' }) }] }, 50035],
    ['an empty field', { embeds: [{ fields: [{ name: 'a', value: '' }] }] }, 50035],
    [
      'a custom id of 101',
      { components: [{ type: 1, components: [{ type: 2, style: 1, label: 'a', custom_id: 'x'.repeat(101) }] }] },
      50035,
    ],
    [
      'a custom id twice',
      { components: [{ type: 1, components: Array(2).fill({ type: 2, style: 1, label: 'a', custom_id: 'x' }) }] },
      50035,
    ],
    [
      'six buttons in a row',
      {
        components: [
          {
            type: 1,
            components: Array.from({ length: 6 }, (_, i) => ({ type: 2, style: 1, label: 'a', custom_id: `${i}` })),
          },
        ],
      },
      50035,
    ],
    ['a nonce of 26', { content: 'x', nonce: 'x'.repeat(26) }, 50035],
    ['an ephemeral message', { content: 'x', flags: 64 }, 50035],
    ['a reply to nothing', { content: 'x', message_reference: { message_id: '123456789012345678' } }, 50035],
  ])('%s', async (_what, body, code) => {
    expect(await post(body)).toMatchObject({ status: 400, code })
  })

  it.each([
    ['upper case', [{ name: 'Video', description: 'x' }]],
    ['no description', [{ name: 'video' }]],
    ['a description of 101', [{ name: 'video', description: 'x'.repeat(101) }]],
    [
      'a name twice',
      [
        { name: 'a', description: 'x' },
        { name: 'a', description: 'x' },
      ],
    ],
    ['an unknown locale', [{ name: 'a', description: 'x', name_localizations: { xx: 'a' } }]],
    [
      'required after optional',
      [
        {
          name: 'a',
          description: 'x',
          options: [
            { type: 3, name: 'a', description: 'x' },
            { type: 3, name: 'b', description: 'x', required: true },
          ],
        },
      ],
    ],
    [
      '26 choices',
      [
        {
          name: 'a',
          description: 'x',
          options: [
            {
              type: 3,
              name: 'a',
              description: 'x',
              choices: Array.from({ length: 26 }, (_, i) => ({ name: `${i}`, value: `${i}` })),
            },
          ],
        },
      ],
    ],
    [
      'choices of another type',
      [
        {
          name: 'a',
          description: 'x',
          options: [{ type: 4, name: 'a', description: 'x', choices: [{ name: 'a', value: 'a' }] }],
        },
      ],
    ],
    ['a description on a menu', [{ type: 3, name: 'Do this', description: 'x' }]],
  ])('commands with %s', async (_what, body) => {
    expect(await register(body)).toMatchObject({ status: 400, code: 50035 })
  })

  it('a request without the token, and a route that does not exist', async () => {
    expect(await call('GET', '/users/@me', undefined, false)).toMatchObject({ status: 401 })
    expect(await call('GET', '/nothing/here')).toMatchObject({ status: 404 })
  })

  it('an answer after three seconds, a second answer, and a follow-up before any', async () => {
    const late = await slash()
    discord.controls.advance(3001)
    expect(await answer(late, { type: 4, data: { content: 'late' } })).toMatchObject({ status: 404, code: 10062 })
    const twice = await slash()
    expect(await call('POST', `/webhooks/1/${twice.token}`, { content: 'x' })).toMatchObject({ code: 10015 })
    expect(await answer(twice, { type: 4, data: { content: 'one' } })).toMatchObject({ status: 200 })
    expect(await answer(twice, { type: 4, data: { content: 'two' } })).toMatchObject({ status: 400, code: 40060 })
  })

  it('a token after 15 minutes, and an ephemeral message on the channel’s route', async () => {
    const asked = await slash()
    await answer(asked, { type: 4, data: { content: 'one', flags: 64 } })
    const message = discord.controls.interaction(asked.id)?.messageId
    expect(await call('PATCH', `/channels/${channel}/messages/${message}`, { content: 'x' })).toMatchObject({
      code: 10008,
    })
    expect(await call('PATCH', `/webhooks/1/${asked.token}/messages/@original`, { content: 'x' })).toMatchObject({
      status: 200,
    })
    discord.controls.advance(15 * 60_000 + 1)
    const expired = await call('PATCH', `/webhooks/1/${asked.token}/messages/@original`, { content: 'x' })
    expect(expired).toMatchObject({ status: 401, code: 50027 })
  })

  it('a form in answer to a form, and choices for what is no autocompletion', async () => {
    const asked = await slash()
    expect(await answer(asked, { type: 8, data: { choices: [] } })).toMatchObject({ status: 400, code: 50035 })
    const modal = { custom_id: 'a', title: 'x'.repeat(46), components: [] }
    expect(await answer(asked, { type: 9, data: modal })).toMatchObject({ status: 400, code: 50035 })
  })

  it('a place that is closed: unknown, not for the bot, blocked, archived or locked', async () => {
    const hidden = discord.controls.addChannel(discord.controls.addGuild('Strangers', { hasBot: false }))
    expect(await call('POST', `/channels/${hidden}/messages`, { content: 'x' })).toMatchObject({
      status: 403,
      code: 50001,
    })
    discord.controls.changeChannel(channel, { denied: String(1n << 11n) })
    expect(await post({ content: 'x' })).toMatchObject({ status: 403, code: 50013 })
    expect(await call('GET', '/channels/123456')).toMatchObject({ status: 404, code: 10003 })
    const direct = await call('POST', '/users/@me/channels', { recipient_id: alice })
    discord.controls.blockDms(alice, true)
    const blocked = await call('POST', `/channels/${direct.body.id}/messages`, { content: 'x' })
    expect(blocked).toMatchObject({ status: 403, code: 50007 })
  })

  it('one request too many, saying when the next may come', async () => {
    const all = await Promise.all(Array.from({ length: 6 }, () => post({ content: 'x' })))
    expect(all.map((each) => each.status).sort()).toEqual([200, 200, 200, 200, 200, 429])
    const refused = all.find((each) => each.status === 429)
    expect(refused?.body.retry_after).toBeGreaterThan(0)
    expect(refused?.headers.get('x-ratelimit-remaining')).toBe('0')
    expect(discord.controls.counts()).toMatchObject({ exhausted: 1, invalid: 1 })
  })

  it('the same nonce twice, by returning the message that exists, and nothing for a deleted one, until it has forgotten', async () => {
    const body = { content: 'x', nonce: 'abc', enforce_nonce: true }
    const first = await post(body)
    expect((await post(body)).body.id).toBe(first.body.id)
    const removed = await call('DELETE', `/channels/${channel}/messages/${first.body.id}`)
    expect([removed.status, removed.headers.get('content-type')]).toEqual([204, null])
    expect(await post(body)).toMatchObject({ status: 404, code: 10008 })
    discord.controls.advance(301_000)
    expect((await post(body)).body.id).not.toBe(first.body.id)
  })

  it('pings only whom allowed_mentions lets it ping', async () => {
    await post({ content: `@everyone <@${alice}>`, allowed_mentions: { parse: [] } })
    await post({ content: `@everyone <@${alice}>` })
    expect(discord.controls.messages(channel).map((each) => each.pings)).toEqual([[], [alice, 'everyone']])
  })
})
