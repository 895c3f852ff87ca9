import { type Call, type Method, need, Refusal } from './call.ts'
import { chatMethods } from './chat.ts'
import { conversationMethods } from './conversations.ts'
import { fileMethods, type Uploads } from './files.ts'
import type { Grants } from './oauth.ts'
import { viewMethods } from './views.ts'
import type { Json, Workspace } from './workspace.ts'

export interface Tokens {
  readonly bot: string
  readonly app: string
}

const authTest: Method = ({ space }) => ({
  url: `https://${space.name.toLowerCase()}.slack.com/`,
  team: space.name,
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
  const { team: id, name } = call.space
  return { team: { id, name, domain: name.toLowerCase() } }
}

const botsInfo: Method = (call) => {
  call.grant('users:read')
  return { bot: { id: call.space.bot, app_id: call.space.app, user_id: call.space.botUser, name: 'dailies' } }
}

/** The Web API: which token and scope each method wants, then the method. */
export class WebApi {
  readonly methods: Readonly<Record<string, Method>>
  private readonly tokens: Tokens
  private readonly grants: Grants
  private readonly spaces: readonly Workspace[]
  /** Can be changed while it runs, as when an admin reinstalls the app. */
  scopes: Set<string>

  /** `spaces` may grow. */
  constructor(
    tokens: Tokens,
    grants: Grants,
    spaces: readonly Workspace[],
    scopes: Iterable<string>,
    uploads: Uploads,
  ) {
    this.tokens = tokens
    this.grants = grants
    this.spaces = spaces
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
  answer(method: string, token: string | null, call: Omit<Call, 'grant' | 'space'>, socketUrl: () => string): Json {
    try {
      if (method === 'oauth.v2.access') return { ok: true, ...this.grants.access(call.args) }
      if (token === null) throw new Refusal('not_authed')
      if (method === 'apps.connections.open') {
        if (token !== this.tokens.app)
          throw new Refusal(token === this.tokens.bot ? 'not_allowed_token_type' : 'invalid_auth')
        return { ok: true, url: socketUrl() }
      }
      const run = this.methods[method]
      if (!run && method !== 'auth.revoke') throw new Refusal('unknown_method')
      const space = this.grants.spaceOf(token)
      if (!run) {
        this.grants.revoke(token)
        return { ok: true, revoked: true }
      }
      this.checkOwn(space, call.args)
      return { ok: true, ...run({ ...call, space, grant: (scope) => this.check(scope) }) }
    } catch (thrown) {
      if (!(thrown instanceof Refusal)) throw thrown
      return { ok: false, error: thrown.error, ...thrown.more }
    }
  }

  /** Whether this token may read that workspace's files. */
  mayDownload(token: string | null, team: string): boolean {
    try {
      return token !== null && this.grants.spaceOf(token).team === team && this.scopes.has('files:read')
    } catch {
      return false
    }
  }

  /** Slack only says that there is no such channel; here the wrong workspace's token is a fault of its own. */
  private checkOwn(space: Workspace, args: Readonly<Record<string, string>>): void {
    const named = ['channel', 'channel_id', 'user', 'users', 'user_id', 'file', 'view_id'].map(
      (name) => args[name] ?? '',
    )
    const others = this.spaces.filter((each) => each !== space)
    const foreign = others.some(({ channels, users, files, views }) =>
      named.some((id) => channels.has(id) || users.has(id) || files.has(id) || views.has(id)),
    )
    if (foreign) throw new Refusal('invalid_auth')
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
