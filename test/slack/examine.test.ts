import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { examine } from '../../src/bots/slack/examine.ts'
import type { Log } from '../../src/core/ports/machine.ts'
import { openSlack } from './open.ts'
import { type Slack, tokens } from './stand-in/index.ts'

const silent: Log = { debug() {}, info() {}, warn() {}, error() {} }

describe('doctor on Slack', () => {
  let slack: Slack
  beforeEach(async () => {
    slack = await openSlack('socket')
  })
  afterEach(() => slack.stop())

  const look = (more: object = {}) =>
    examine({ botToken: tokens.bot, appToken: tokens.app, apiUrl: slack.apiUrl, ...more }, silent)

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
