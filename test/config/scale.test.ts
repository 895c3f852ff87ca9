import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { ConfigError, readConfig } from '../../src/config.ts'

function complaintsAbout(environment: Record<string, string>): string {
  try {
    readConfig(environment)
  } catch (error) {
    if (error instanceof ConfigError) return error.message
    throw error
  }
  throw new Error(`accepted: ${JSON.stringify(environment)}`)
}

describe('a PostgreSQL of one’s own', () => {
  it('is taken, and its password counts as a secret', () => {
    const config = readConfig({
      DATABASE_URL: 'postgres://bot:p%40ss-word@db.example.org:6432/dailies?sslmode=verify-full',
    })
    expect(config).toMatchObject({ databaseConnections: 10 })
    expect(config.secrets.map((secret) => secret.reveal())).toEqual(['p@ss-word'])
  })

  it('is refused without a name, and the password is not repeated', () => {
    const message = complaintsAbout({ DATABASE_URL: 'postgress://bot:hidden-word@db/dailies' })
    expect(message).toContain('DATABASE_URL')
    expect(message).toContain('postgres://user:password@host/database')
    expect(message).not.toContain('hidden-word')
    expect(complaintsAbout({ DATABASE_URL: 'postgres://db' })).toContain('DATABASE_URL')
  })
})

describe('a bucket for the outputs', () => {
  const keys = { AWS_ACCESS_KEY_ID: 'an-id', AWS_SECRET_ACCESS_KEY: 'hidden-word' }

  it('is taken with its key, also from another store than Amazon’s', () => {
    const config = readConfig({
      ...keys,
      OUTPUTS_URL: 's3://videos/one',
      S3_ENDPOINT: 'https://storage.googleapis.com',
    })
    expect(config.s3).toMatchObject({ endpoint: 'https://storage.googleapis.com', region: 'us-east-1' })
    expect(config.s3?.secretAccessKey.reveal()).toBe('hidden-word')
    // The key's name opens nothing, and hidden it would take words out of every text: "dailies" with `compose.yaml`.
    expect(config.secrets.map((secret) => secret.reveal())).toEqual(['hidden-word'])
    expect(inspect(config, { depth: 9 })).not.toContain('hidden-word')
    expect(readConfig(keys).s3).toBeNull()
  })

  it('needs its key, and a name that a bucket can have', () => {
    expect(complaintsAbout({ OUTPUTS_URL: 's3://videos' })).toMatch(/AWS_ACCESS_KEY_ID.*AWS_SECRET_ACCESS_KEY/s)
    for (const url of ['s3:', 's3://', 's3://A', 's3:/videos', 'gs://videos', 'ftp://host/x']) {
      expect(complaintsAbout({ ...keys, OUTPUTS_URL: url })).toContain('s3://bucket/prefix')
    }
  })
})

describe('a Slack app that workspaces install by themselves', () => {
  const whole = {
    PUBLIC_URL: 'https://videos.example.org',
    SLACK_SIGNING_SECRET: 'hidden-signing',
    SLACK_CLIENT_ID: '123.456',
    SLACK_CLIENT_SECRET: 'hidden-client',
    SLACK_INSTALL_SECRET: 'hidden-'.repeat(5),
    SLACK_TEAM_IDS: 'T012AB, T034CD',
  }
  const token = { WEB_ACCESS_TOKEN: 'who-sees-the-page' }

  it('is taken, with its workspaces or any, and its secrets stay secret', () => {
    const config = readConfig({ ...whole, ...token })
    expect(config.slack).toMatchObject({
      botToken: null,
      install: { clientId: '123.456', publicUrl: 'https://videos.example.org', teams: ['T012AB', 'T034CD'] },
    })
    expect(readConfig({ ...whole, ...token, SLACK_TEAM_IDS: 'any' }).slack?.install?.teams).toBeNull()
    expect(inspect(config, { depth: 9 })).not.toContain('hidden-')
    expect(config.secrets.map((secret) => secret.reveal())).toEqual(
      expect.arrayContaining([whole.SLACK_CLIENT_SECRET, whole.SLACK_INSTALL_SECRET]),
    )
  })

  it.each(Object.keys(whole))('says that %s is missing', (name) => {
    const { [name]: _, ...rest } = whole as Record<string, string>
    expect(complaintsAbout(rest)).toMatch(new RegExp(`^  ${name}: set it .*install`, 'm'))
  })

  it('has no token of its own, and a secret that cannot be guessed', () => {
    const message = complaintsAbout({ ...whole, SLACK_BOT_TOKEN: 'xoxb-1', SLACK_INSTALL_SECRET: 'hidden-and-short' })
    expect(message).toContain('SLACK_BOT_TOKEN: leave it out')
    expect(message).toContain('SLACK_INSTALL_SECRET: use at least 32 characters')
    expect(message).not.toContain('hidden')
    expect(complaintsAbout({ ...whole, SLACK_TEAM_IDS: 'dailies' })).toContain('T012AB3CD, or any')
    expect(complaintsAbout({ ...whole, SLACK_CLIENT_ID: 'abc' })).toContain('two numbers with a dot')
  })
})
