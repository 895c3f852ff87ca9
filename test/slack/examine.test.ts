import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { examine } from '../../src/bots/slack/examine.ts'
import { silentLog } from '../db/memory-store.ts'
import { openSlack } from './open.ts'
import { type Slack, tokens } from './stand-in/index.ts'

const oauth = { clientId: '1.2', clientSecret: 'right', redirectUrls: [], scopes: [] }

describe('doctor on Slack', () => {
  let slack: Slack
  beforeEach(async () => {
    slack = await openSlack('socket')
  })
  afterEach(() => slack.stop())

  const look = (more: object = {}) =>
    examine({ botToken: tokens.bot, appToken: tokens.app, apiUrl: slack.apiUrl, ...more }, silentLog)

  it('finds everything in order', async () => {
    const findings = await look()
    expect(findings.filter((each) => !each.ok)).toEqual([])
    expect(findings.map((each) => each.text).join('\n')).toContain('#general')
  })

  it('names a missing scope, what it is for, and the remedy', async () => {
    slack.api.scopes.delete('files:read')
    const wrong = (await look()).filter((each) => !each.ok)
    expect(wrong).toEqual([
      {
        name: 'Slack scopes',
        ok: false,
        text: 'missing: files:read (fetch the pictures that people attach)',
        remedy: expect.stringContaining('reinstall'),
      },
    ])
  })

  it('tells a wrong token from a wrong app token', async () => {
    const wrong = await look({ botToken: 'xoxb-wrong', appToken: 'xapp-wrong' })
    expect(wrong.map(({ name, ok }) => [name, ok])).toEqual([
      ['Slack token', false],
      ['Slack events', false],
      ['Slack channels', false],
    ])
    expect(JSON.stringify(wrong)).not.toContain('xoxb-wrong')
  })
})

describe('doctor on a Slack app that workspaces install by themselves', () => {
  it('asks whether Slack takes the client, and says where the app is installed', async () => {
    const slack = await openSlack('http', { oauth })
    const look = (clientId: string, clientSecret: string) => {
      const install = { clientId, clientSecret, publicUrl: 'https://videos.example.org' }
      return examine({ botToken: '', appToken: null, apiUrl: slack.apiUrl, install }, silentLog)
    }
    try {
      const findings = await look('1.2', 'right')
      expect(findings.filter((each) => !each.ok)).toEqual([])
      expect(findings.map(({ text }) => text).join('\n')).toContain('https://videos.example.org/slack/install')
      const wrong = [...(await look('1.2', 'wrong')), ...(await look('2.1', 'right'))].filter((each) => !each.ok)
      expect(wrong.map(({ text }) => text)).toEqual(['bad_client_secret', 'invalid_client_id'])
      expect(wrong[0]?.remedy).toContain('SLACK_CLIENT_SECRET')
    } finally {
      await slack.stop()
    }
  })
})
