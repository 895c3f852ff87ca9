import { type Call, type Method, need, Refusal } from './call.ts'
import { chatMethods } from './chat.ts'
import { conversationMethods } from './conversations.ts'
import { fileMethods, type Uploads } from './files.ts'
import { viewMethods } from './views.ts'
import type { Json } from './workspace.ts'

export interface Tokens {
  readonly bot: string
  readonly app: string
}

const authTest: Method = ({ space }) => ({
  url: 'https://dailies.slack.com/',
  team: 'Dailies',
  user: 'dailies',
  team_id: space.team,
  user_id: space.botUser,
  bot_id: space.bot,
  is_enterprise_install: false,
})

const usersInfo: Method = (call) => {
  call.grant('users:read')
  const user = call.space.users.get(need(call, 'user'))
  if (!user) throw new Refusal('user_not_found')
  return {
    user: {
      id: user.id,
      team_id: user.team,
      name: user.name,
      real_name: user.name,
      profile: { display_name: user.name, real_name: user.name },
      is_admin: user.admin,
      is_owner: user.owner,
      is_primary_owner: false,
      is_stranger: user.team !== call.space.team,
      ...(call.args.include_locale === 'true' ? { locale: user.locale } : {}),
    },
  }
}

const teamInfo: Method = (call) => {
  call.grant('team:read')
  return { team: { id: call.space.team, name: 'Dailies', domain: 'dailies' } }
}

const botsInfo: Method = (call) => {
  call.grant('users:read')
  return { bot: { id: call.space.bot, app_id: call.space.app, user_id: call.space.botUser, name: 'dailies' } }
}

/** The Web API: which token and scope each method wants, then the method. */
export class WebApi {
  readonly methods: Readonly<Record<string, Method>>
  private readonly tokens: Tokens
  /** Can be changed while it runs, as when an admin reinstalls the app. */
  scopes: Set<string>

  constructor(tokens: Tokens, scopes: Iterable<string>, uploads: Uploads) {
    this.tokens = tokens
    this.scopes = new Set(scopes)
    this.methods = {
      'auth.test': authTest,
      'users.info': usersInfo,
      'team.info': teamInfo,
      'bots.info': botsInfo,
      ...chatMethods,
      ...conversationMethods,
      ...fileMethods(uploads),
      ...viewMethods,
    }
  }

  /** The answer to one call; `ok: false` with Slack's own error words where it is refused. */
  answer(method: string, token: string | null, call: Omit<Call, 'grant'>, socketUrl: () => string): Json {
    try {
      if (token === null) throw new Refusal('not_authed')
      if (method === 'apps.connections.open') {
        if (token !== this.tokens.app)
          throw new Refusal(token === this.tokens.bot ? 'not_allowed_token_type' : 'invalid_auth')
        return { ok: true, url: socketUrl() }
      }
      const run = this.methods[method]
      if (!run) throw new Refusal('unknown_method')
      if (token !== this.tokens.bot) throw new Refusal('invalid_auth')
      return { ok: true, ...run({ ...call, grant: (scope) => this.check(scope) }) }
    } catch (thrown) {
      if (!(thrown instanceof Refusal)) throw thrown
      return { ok: false, error: thrown.error, ...thrown.more }
    }
  }

  /** Whether this token may read files. */
  mayDownload(token: string | null): boolean {
    return token === this.tokens.bot && this.scopes.has('files:read')
  }

  private check(scope: string): void {
    if (this.scopes.has(scope)) return
    throw new Refusal('missing_scope', { needed: scope, provided: [...this.scopes].join(',') })
  }
}

/** What the record keeps of one request. */
export interface Request {
  readonly at: number
  readonly method: string
  readonly args: Readonly<Record<string, string>>
  readonly error: string | null
}
