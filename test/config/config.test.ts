import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { afterAll, describe, expect, it } from 'vitest'
import { ConfigError, readConfig, readEnvironment } from '../../src/config.ts'
import { examine } from '../../src/doctor/examine.ts'

function complaintsAbout(environment: Record<string, string>): string {
  return complaintsOf(() => readConfig(environment))
}

function complaintsOf(read: () => unknown): string {
  let accepted: unknown
  try {
    accepted = read()
  } catch (error) {
    if (error instanceof ConfigError) return error.message
    throw error
  }
  throw new Error(`accepted: ${JSON.stringify(accepted)}`)
}

describe('nothing set', () => {
  it('is a rehearsal on the loopback address with the documented limits', () => {
    const config = readConfig({})
    expect(config.google).toMatchObject({ rehearsal: true, apiKey: null, location: 'us-central1' })
    expect(config.web).toMatchObject({ host: '127.0.0.1', port: 3000, publicUrl: null, allowedOrigins: [] })
    expect(config.policy).toMatchObject({
      pollIntervalSeconds: 5,
      operationTimeoutSeconds: 900,
      retentionDays: 2,
      requesterDailyMicros: 5_000_000,
      workspaceMonthlyMicros: 50_000_000,
      totalMonthlyMicros: 50_000_000,
      maxInFlightPerRequester: 3,
      approvalAboveMicros: null,
      free: true,
    })
    expect(config.discord).toBeNull()
    expect(config.slack).toBeNull()
    expect(config.warnings).toEqual([])
  })

  it('is also what empty and blank values mean', () => {
    const blank = {
      GEMINI_API_KEY: '',
      PORT: '  ',
      WEB_ACCESS_TOKEN: '',
      MODELS: '',
      DISCORD_TOKEN: ' ',
      WEB_UNKNOWN: '',
    }
    expect(readConfig(blank)).toEqual(readConfig({}))
  })
})

describe('bad values', () => {
  it('are all named in one message, each with a remedy', () => {
    const message = complaintsAbout({
      PORT: 'http',
      HOST: '0.0.0.0',
      PUBLIC_URL: 'videos.example.org',
      POLL_INTERVAL_SECONDS: '-1',
      MAX_CONCURRENT: '0',
      OPERATION_TIMEOUT: 'long',
      BUDGET_TOTAL_MONTHLY_USD: '5 EUR',
      LOG_LEVEL: 'loud',
      LOG_PROMPTS: 'maybe',
      DATABASE_URL: 'mysql://x',
      ADMIN_IDS: 'discord:anna',
      ALLOWED_ORIGINS: 'https://a.example/path',
      VIDEO_SERVICE: 'sora',
      SLACK_BOT_TOKEN: 'xoxb-1',
    })
    const lines = message.split('\n').slice(1)
    expect(lines.map((line) => line.trim().split(/[: ]/)[0]).sort()).toEqual([
      'ADMIN_IDS',
      'ALLOWED_ORIGINS',
      'BUDGET_TOTAL_MONTHLY_USD',
      'DATABASE_URL',
      'LOG_LEVEL',
      'LOG_PROMPTS',
      'MAX_CONCURRENT',
      'OPERATION_TIMEOUT',
      'POLL_INTERVAL_SECONDS',
      'PORT',
      'PUBLIC_URL',
      'SLACK_APP_TOKEN',
      'VIDEO_SERVICE',
      'WEB_ACCESS_TOKEN',
    ])
    expect(lines).toContain('  PORT is "http": write a whole number from 0 to 65535')
  })

  it('never show what was given for a secret', () => {
    const message = complaintsAbout({ WEB_ACCESS_TOKEN: 'hunter2', GEMINI_API_KEY: 'AIza half' })
    expect(message).toContain('WEB_ACCESS_TOKEN: use at least 8 characters')
    expect(message).toContain('GEMINI_API_KEY: paste the key again')
    expect(message).not.toMatch(/hunter2|AIza/)
  })

  it.each([
    ['DISCORD_TOKEM', 'DISCORD_TOKEN'],
    ['MODEL', 'MODELS'],
    ['POLL_INTERVAL', 'POLL_INTERVAL_SECONDS'],
    ['OPERATION_TIMEOUT_SECONDS', 'OPERATION_TIMEOUT'],
    ['MAX_CONCURRENCY', 'MAX_CONCURRENT'],
    ['GEMINI_APIKEY', 'GEMINI_API_KEY'],
    ['ADMIN_ID', 'ADMIN_IDS'],
  ])('include the unknown variable %s, which probably means %s', (name, meant) => {
    const message = complaintsAbout({ [name]: 'some-value' })
    expect(message).toContain(`${name}: Dailies reads no such variable; ${meant}?`)
    expect(message).not.toContain('some-value')
  })

  it('include what would make everybody an admin, or leave Discord off without a word', () => {
    const one = 'the-same-token-for-both'
    expect(complaintsAbout({ WEB_ACCESS_TOKEN: one, WEB_ADMIN_TOKEN: one })).toContain('everybody is an admin')
    expect(complaintsAbout({ DISCORD_PUBLIC_KEY: 'a'.repeat(64) })).toContain('DISCORD_TOKEN: set it as well')
  })

  it.each([
    ['HOST', { HOST: '0.0.0.0' }],
    ['PUBLIC_URL', { PUBLIC_URL: 'https://videos.example.org' }],
    ['DISCORD_PUBLIC_KEY', { DISCORD_TOKEN: 'd-token', DISCORD_PUBLIC_KEY: 'a'.repeat(64) }],
    ['SLACK_SIGNING_SECRET', { SLACK_BOT_TOKEN: 'xoxb-1', SLACK_SIGNING_SECRET: 'signing-secret' }],
  ])('include a page without a token that %s lets others reach: they would be admins', (name, settings) => {
    expect(complaintsAbout(settings)).toMatch(new RegExp(`^  WEB_ACCESS_TOKEN: set it, because ${name}`, 'm'))
    expect(readConfig({ ...settings, WEB_ACCESS_TOKEN: 'who-sees-the-page' }).web.accessToken).not.toBeNull()
  })

  it.each(['http://localhost:3000', 'http://127.0.0.1:3000', 'http://[::1]:3000'])(
    'leave %s to whoever sits there',
    (url) => {
      expect(readConfig({ PUBLIC_URL: url }).web.accessToken).toBeNull()
    },
  )

  it.each([
    ['DATABASE_URL', 'postgres:/dailies:hunter2@db/dailies'],
    ['DATABASE_URL', 'dailies:hunter2@db:5432/dailies'],
    ['DATABASE_URL', 'mysql://dailies:hunter2/more@db/x'],
    ['S3_ENDPOINT', 'user:hunter2@proxy:3000'],
  ])('show no password of a %s that is written wrong: %s', (name, address) => {
    const message = complaintsAbout({ [name]: address })
    expect(message).toContain(name)
    expect(message).not.toContain('hunter2')
  })

  it('are none for a password with a percent sign, which the log hides as it is', () => {
    const { secrets } = readConfig({ DATABASE_URL: 'postgres://dailies:100%@db/dailies' })
    expect(secrets.map((secret) => secret.reveal())).toContain('100%')
  })

  it('include the variable with which Google’s library prints the key', () => {
    expect(complaintsAbout({ GOOGLE_GENAI_DEBUG: '1' })).toContain('GOOGLE_GENAI_DEBUG: leave it out')
  })

  it('include every unknown variable with one of our prefixes', () => {
    for (const name of ['DISCORD_X', 'SLACK_X', 'WEB_X', 'BUDGET_X', 'REHEARSAL_X', 'DAILIES_X']) {
      expect(complaintsAbout({ [name]: '1' })).toContain(`${name}: Dailies reads no such variable`)
    }
  })

  it('are not seen in the variables of other programs', () => {
    const others = ['HOSTNAME', 'HOSTTYPE', 'PATH', 'HOME', 'LANG', 'GOOGLE_CLOUD', 'GOOGLE_MAPS_API_KEY', 'NODE_ENV']
    const more = [
      'npm_config_user_agent',
      'OPENAI_API_KEY',
      'LOG',
      'POST',
      'MODE',
      'DATABASE',
      'PUBLIC',
      'XDG_SEAT',
      'WEB_CONCURRENCY',
    ]
    const environment = Object.fromEntries([...others, ...more].map((name) => [name, '1']))
    expect(readConfig(environment)).toEqual({
      ...readConfig({}),
      searchPath: '1',
      npmOptions: ['user-agent'],
    })
  })
})

describe('values', () => {
  it.each([
    ['gs://bucket', 'gs://bucket'],
    ['gs://a.bucket_of-ours/', 'gs://a.bucket_of-ours'],
    ['gs://bucket/veo/videos/', 'gs://bucket/veo/videos'],
  ])('of VERTEX_STORAGE_URI: %s is %s', (given, uri) => {
    expect(readConfig({ VERTEX_STORAGE_URI: given }).google.storageUri).toBe(uri)
  })

  it.each([
    'bucket',
    's3://bucket',
    'gs://',
    'gs://a',
    'gs://Bucket',
    'gs://bucket//veo',
    'gs://bucket/a b',
    'gs://b/x?y',
  ])('of VERTEX_STORAGE_URI are refused: %s', (given) => {
    expect(complaintsAbout({ VERTEX_STORAGE_URI: given })).toContain('gs:// and the name of a bucket')
  })

  it('of VERTEX_STORAGE_URI are odd without Vertex AI', () => {
    const odd = 'VERTEX_STORAGE_URI does nothing without Vertex AI'
    const given = { GEMINI_API_KEY: 'a-key', VERTEX_STORAGE_URI: 'gs://bucket' }
    expect(readConfig(given).warnings.join()).toContain(odd)
    expect(readConfig({ ...given, GOOGLE_CLOUD_PROJECT: 'p' }).warnings.join()).not.toContain(odd)
  })

  it.each([
    ['5', 5_000_000],
    ['$2.50', 2_500_000],
    ['0.000001', 1],
    ['0', 0],
    ['19.99', 19_990_000],
    ['Unlimited', null],
  ])('BUDGET_REQUESTER_DAILY_USD=%s is %s micros', (text, micros) => {
    expect(readConfig({ BUDGET_REQUESTER_DAILY_USD: text }).policy.requesterDailyMicros).toBe(micros)
  })

  it.each([
    ['90', 90],
    ['90s', 90],
    ['15m', 900],
    ['2h', 7200],
  ])('OPERATION_TIMEOUT=%s is %s seconds', (text, seconds) => {
    expect(readConfig({ OPERATION_TIMEOUT: text }).policy.operationTimeoutSeconds).toBe(seconds)
  })

  it('addresses come without, and Slack’s with, a closing slash', () => {
    const config = readConfig({
      PUBLIC_URL: 'https://videos.example.org/',
      WEB_ACCESS_TOKEN: 'who-sees-the-page',
      DISCORD_TOKEN: 'd-token',
      DISCORD_API_URL: 'http://127.0.0.1:99/api/',
      SLACK_BOT_TOKEN: 'xoxb-1',
      SLACK_APP_TOKEN: 'xapp-1',
      SLACK_API_URL: 'http://127.0.0.1:98/api',
      ALLOWED_ORIGINS: 'https://a.example, http://localhost:5173/',
    })
    expect(config.web.publicUrl).toBe('https://videos.example.org')
    expect(config.web.allowedOrigins).toEqual(['https://a.example', 'http://localhost:5173'])
    expect(config.discord?.apiUrl).toBe('http://127.0.0.1:99/api')
    expect(config.slack?.apiUrl).toBe('http://127.0.0.1:98/api/')
  })

  it('HOST may be anything with an access token, and this machine without one', () => {
    expect(readConfig({ HOST: '0.0.0.0', WEB_ACCESS_TOKEN: 'long-enough' }).web.host).toBe('0.0.0.0')
    for (const host of ['127.0.0.1', '127.0.0.9', '::1', 'localhost'])
      expect(readConfig({ HOST: host }).web.host).toBe(host)
    for (const host of ['0.0.0.0', '::', '192.168.1.5', 'localhost.evil.example', '127.0.0.1.evil.example'])
      expect(complaintsAbout({ HOST: host })).toContain('WEB_ACCESS_TOKEN')
  })
})

describe('Google’s services', () => {
  const key = { GEMINI_API_KEY: 'AIza-planted' }

  it('are those the credentials are for', () => {
    expect(readConfig(key).google).toMatchObject({ rehearsal: false, services: ['developer', 'omni'] })
    expect(readConfig({ GOOGLE_CLOUD_PROJECT: 'p-1' }).google).toMatchObject({ rehearsal: false, services: ['vertex'] })
    expect(readConfig({ ...key, GOOGLE_CLOUD_PROJECT: 'p-1' }).google.services).toEqual(['developer', 'omni', 'vertex'])
    expect(readConfig({ ...key, VIDEO_SERVICE: 'omni' }).google.services).toEqual(['omni'])
  })

  it('rehearse only without credentials or on demand', () => {
    expect(readConfig({ ...key, VIDEO_SERVICE: 'rehearsal' }).policy.free).toBe(true)
    expect(readConfig(key).policy.free).toBe(false)
    expect(complaintsAbout({ GOOGLE_APPLICATION_CREDENTIALS: './account.json' })).toContain(
      'GOOGLE_CLOUD_PROJECT: set it',
    )
    expect(readConfig({ GOOGLE_GEMINI_BASE_URL: 'http://127.0.0.1:9' }).warnings.join()).toContain('rehearsal')
  })

  it('need their credentials when they are named', () => {
    expect(complaintsAbout({ VIDEO_SERVICE: 'vertex', ...key })).toContain('GOOGLE_CLOUD_PROJECT: set it')
    expect(complaintsAbout({ VIDEO_SERVICE: 'developer' })).toContain('GEMINI_API_KEY: set it')
    expect(complaintsAbout({ VIDEO_SERVICE: 'omni', GOOGLE_CLOUD_PROJECT: 'p-1' })).toContain('GEMINI_API_KEY: set it')
  })

  it('GOOGLE_API_KEY wins over GEMINI_API_KEY, with a warning', () => {
    const config = readConfig({ ...key, GOOGLE_API_KEY: 'AIza-winner' })
    expect(config.google.apiKey?.reveal()).toBe('AIza-winner')
    expect(config.warnings).toEqual(['Both GOOGLE_API_KEY and GEMINI_API_KEY are set: GOOGLE_API_KEY is used.'])
  })

  it('approval where nobody gives it is warned of', () => {
    const warned = (more: object) =>
      readConfig({ ...key, APPROVAL_ABOVE_USD: '1', DISCORD_TOKEN: 'a.bot.token', ...more }).warnings.join()
    expect(warned({})).toContain('ADMIN_IDS')
    for (const asks of [
      { ADMIN_IDS: 'discord:80351110224678912' },
      { DISCORD_GUILD_IDS: '12345' },
      { APPROVAL_ABOVE_USD: '' },
    ])
      expect(warned(asks)).toBe('')
    expect(warned({ ADMIN_IDS: 'slack:U012AB3CD', WEB_ACCESS_TOKEN: 'a-long-enough-token' })).toMatch(
      /WEB_ADMIN.*ADMIN_IDS/,
    )
  })

  it('MODELS keeps the order and names what is near an unknown id', () => {
    const models = 'gemini-omni-1.2-flash, veo-3.1-generate-preview'
    expect(readConfig({ ...key, MODELS: models }).policy.models).toEqual(models.split(', '))
    expect(complaintsAbout({ MODELS: 'veo-3.1-fast-generate-previw' })).toContain(
      'do you mean veo-3.1-fast-generate-preview?',
    )
  })

  it('models without credentials are left out with a warning, unless none is left', () => {
    const config = readConfig({ ...key, MODELS: 'veo-3.1-generate-001,veo-3.1-generate-preview' })
    expect(config.policy.models).toEqual(['veo-3.1-generate-preview'])
    expect(config.warnings.join()).toContain('veo-3.1-generate-001')
    expect(complaintsAbout({ ...key, MODELS: 'veo-3.1-generate-001' })).toContain('none of these can be had')
  })

  it('a rehearsal shows each model once, and Vertex’s too where MODELS names them', () => {
    expect(readConfig({}).policy.models.filter((id) => id.startsWith('veo'))).toHaveLength(3)
    expect(readConfig({ MODELS: 'veo-3.1-generate-001' }).policy.models).toEqual(['veo-3.1-generate-001'])
  })

  it('suggest other words by text models that Google still has, at the price of after its sale', () => {
    const { suggestModel } = readConfig({ ...key, SUGGEST_MODEL: 'gemini-3.6-flash' }).google
    expect(suggestModel).toMatchObject({ inputMicrosPerMillion: 1_500_000, outputMicrosPerMillion: 7_500_000 })
    expect(complaintsAbout({ ...key, SUGGEST_MODEL: 'gemini-3.5-flash' })).toContain('gemini-3.6-flash')
  })

  it('of an API key prefer the newest Omni: the one before it will be switched off, and costs more', () => {
    const omni = readConfig(key).policy.models.filter((id) => id.includes('omni'))
    expect(omni).toEqual(['gemini-omni-1.2-flash', 'gemini-omni-1.1-flash'])
  })
})

describe('secrets', () => {
  it('are listed for the log and cannot be printed with the configuration', () => {
    const planted = { GEMINI_API_KEY: 'planted-1', DISCORD_TOKEN: 'planted-2', WEB_ADMIN_TOKEN: 'planted-3' }
    const config = readConfig(planted)
    expect(config.secrets.map((secret) => secret.reveal()).sort()).toEqual(Object.values(planted))
    const printed = `${JSON.stringify(config)} ${inspect(config, { depth: 9, showHidden: true })} ${config.google.apiKey}`
    expect(printed).toContain('[secret]')
    expect(printed).not.toContain('planted')
  })
})

describe('.env', () => {
  const folder = mkdtempSync(join(tmpdir(), 'dailies-config-'))
  afterAll(() => rmSync(folder, { recursive: true }))

  it('is read, and the process’s own variables win', () => {
    writeFileSync(join(folder, '.env'), '\uFEFFPUBLIC_URL="https://file.example"\nPATH=/from-file\n# comment\n')
    const environment = readEnvironment(folder)
    expect(environment.PUBLIC_URL).toBe('https://file.example')
    expect(environment.PATH).toBe(process.env.PATH)
  })

  it.each([
    ['WEB_ACCESS_TOKEN=longenough#rest', 'longenough'],
    ['export WEB_ACCESS_TOKEN = longenough#rest # as told', 'longenough'],
    ['PUBLIC_URL="https://#"\nWEB_ACCESS_TOKEN=#longenough', 'longenough'],
  ])('does not start with half a value, and says how to write it whole: %s', (text, value) => {
    writeFileSync(join(folder, '.env'), text)
    const said = complaintsOf(() => readEnvironment(folder))
    const remedy =
      'in .env everything from # on is left out; put the value between quotes, or a space before # if a comment begins there'
    expect(said.split('\n').slice(1)).toEqual([`  WEB_ACCESS_TOKEN: ${remedy}`])
    expect(said).not.toContain(value)
  })

  it('takes # between quotes, in comments and in what others read', () => {
    const lines = ['# a#b=c#d', 'WEB_ACCESS_TOKEN="long#enough"#x', 'PORT=1 # a#b', 'POSTGRES_PASSWORD=a#b']
    writeFileSync(join(folder, '.env'), lines.join('\n'))
    expect(readEnvironment(folder)).toMatchObject({ WEB_ACCESS_TOKEN: 'long#enough', PORT: '1' })
  })

  it('that cannot be read keeps Dailies from starting, in words', async () => {
    const place = join(folder, 'elsewhere')
    mkdirSync(join(place, '.env'), { recursive: true })
    const read = () => readEnvironment(place)
    const remedy = 'cannot be read (EISDIR); make it a file that this user may read, or remove it'
    expect(complaintsOf(read).split('\n').slice(1)).toEqual([`  .env: ${remedy}`])
    const lines: string[] = []
    expect(await examine(read, { write: (line) => lines.push(line) })).toBe(1)
    expect(lines[0]).toBe(`WRONG  settings: .env -> ${remedy}\n`)
  })

  it('may be missing', () => {
    expect(readEnvironment(join(folder, 'nowhere')).PATH).toBe(process.env.PATH)
  })
})
