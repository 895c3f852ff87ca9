import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { slashCommands } from '../../src/bots/slack/commands.ts'
import { manifest, scopes } from '../../src/bots/slack/manifest.ts'

describe('the manifest', () => {
  it('in the repository is the one that the command prints', () => {
    expect(readFileSync('slack-manifest.yaml', 'utf8')).toBe(manifest('Dailies', null))
  })

  it('takes another name, and an address for HTTP mode at every command, for events and for interactivity', () => {
    const printed = manifest('Film "club"', 'https://videos.example/')
    expect(printed).toContain('display_name: "Film \\"club\\""')
    expect(printed).toContain('socket_mode_enabled: false')
    expect(printed.match(/(?:request_)?url: https:\/\/videos\.example\/slack\/events/g)).toHaveLength(
      slashCommands.length + 2,
    )
    expect(manifest('Dailies', null)).not.toContain('url:')
  })

  it('of an app that workspaces install by themselves names where Slack leads back, and hears of removals', () => {
    const printed = manifest('Dailies', 'https://videos.example/', true)
    expect(printed).toContain('redirect_urls:\n    - https://videos.example/slack/oauth_redirect\n  scopes:')
    for (const event of ['app_mention', 'app_uninstalled', 'tokens_revoked']) expect(printed).toContain(`- ${event}\n`)
    expect(manifest('Dailies', 'https://videos.example/')).not.toMatch(/redirect_urls|tokens_revoked/)
  })

  it('is explained scope by scope in the page for admins', () => {
    const page = readFileSync('docs/slack.md', 'utf8')
    for (const scope of Object.keys(scopes)) expect(page).toContain(`\`${scope}\``)
  })
})
