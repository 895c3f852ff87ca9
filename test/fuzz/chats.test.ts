import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openHouse as openSlackHouse, type House as SlackHouse } from '../slack/house.ts'
import { alice, general } from '../slack/open.ts'
import { signingSecret } from '../slack/stand-in/index.ts'

const leaf = fc.oneof(
  fc.constantFrom(null, true, 0, -1, 1e308, '', ' ', '__proto__', '💥', 'x'.repeat(3000), '<!channel>', '\u0000'),
  fc.constantFrom(alice, general, 'v1:delete', 'v1:again', 'v1:list:open', 'block_actions', 'message', 'app_mention'),
  fc.string({ unit: 'binary', maxLength: 30 }),
)
const key = fc.constantFrom(
  ...['type', 'event', 'user', 'channel', 'team', 'text', 'ts', 'thread_ts', 'files', 'blocks', 'actions', 'action_id'],
  ...[
    'value',
    'view',
    'state',
    'values',
    'id',
    'private_metadata',
    'message',
    'trigger_id',
    'callback_id',
    'url_private',
  ],
  ...[
    'event_id',
    'team_id',
    'user_id',
    'channel_id',
    'command',
    'response_url',
    'container',
    'block_id',
    'hash',
    'subtype',
  ],
)
const { json } = fc.letrec<{ json: unknown }>((tie) => ({
  json: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    fc.array(tie('json'), { maxLength: 3 }),
    fc.dictionary(key, tie('json'), { maxKeys: 6 }),
  ),
}))
const object = fc.dictionary(key, json, { maxKeys: 8 })
/** Outer forms that reach a listener, with anything inside. */
const payload = fc.oneof(
  object.map((event) => ({ type: 'event_callback', team_id: 'T0DAILIES', event_id: 'Ev1', event })),
  object.map((rest) => ({
    ...rest,
    type: 'block_actions',
    user: { id: alice },
    team: { id: 'T0DAILIES' },
    actions: [rest],
  })),
  object.map((view) => ({ type: 'view_submission', user: { id: alice }, team: { id: 'T0DAILIES' }, view })),
  object.map((rest) => ({
    type: 'message_action',
    user: { id: alice },
    team: { id: 'T0DAILIES' },
    callback_id: 'x',
    ...rest,
  })),
  object,
)

/** What had Bolt itself answer 500. */
const nullView = {
  type: 'message_action',
  user: { id: alice },
  team: { id: 'T0DAILIES' },
  callback_id: 'x',
  view: null,
}

/** A command with all that it needs would rightly start a video: it loses its words. */
function almostCommand(given: Record<string, unknown>): object {
  const isWhole = given.text !== undefined && given.user_id !== undefined
  return { ...given, type: undefined, command: '/video', ...(isWhole ? { text: '' } : {}) }
}

function fieldsOf(given: object): string {
  const fields = new URLSearchParams()
  for (const [name, each] of Object.entries(given))
    fields.append(name, typeof each === 'string' ? each : (JSON.stringify(each) ?? ''))
  return fields.toString()
}

describe('whatever Slack hands over, rightly signed', () => {
  let house: SlackHouse
  beforeAll(async () => {
    house = await openSlackHouse('http')
  })
  afterAll(() => house.close())

  const post = (body: string, type: string) => {
    const seconds = String(Math.floor(Date.now() / 1000))
    const signature = createHmac('sha256', signingSecret).update(`v0:${seconds}:${body}`).digest('hex')
    const headers = {
      'content-type': type,
      'x-slack-request-timestamp': seconds,
      'x-slack-signature': `v0=${signature}`,
    }
    return fetch(`${house.service.url}/slack/events`, { method: 'POST', headers, body })
  }
  const form = 'application/x-www-form-urlencoded'

  it('is acknowledged or refused, starts nothing, and the service goes on', async () => {
    // Bolt answers what nobody listens to after three seconds, so all are sent at once.
    const samples = fc.sample(
      fc.tuple(payload, fc.constantFrom<'json' | 'payload' | 'fields' | 'junk'>('json', 'payload', 'fields', 'junk')),
      200,
    )
    const answers = await Promise.all(
      [[nullView, 'payload'] as const, ...samples].map(async ([given, shape]) => {
        const text = JSON.stringify(given)
        const bodies = {
          json: () => post(text, 'application/json'),
          payload: () => post(new URLSearchParams({ payload: text }).toString(), form),
          fields: () => post(fieldsOf(almostCommand(given)), form),
          junk: () => post(text.slice(1), 'application/json'),
        }
        const answer = await bodies[shape]()
        await answer.text()
        return { status: answer.status, shape, text }
      }),
    )
    expect(answers.filter(({ status }) => status >= 500)).toEqual([])
    expect(house.google.starts).toEqual([])
    expect((await fetch(`${house.service.url}/healthz`)).status).toBe(200)
  })
})
