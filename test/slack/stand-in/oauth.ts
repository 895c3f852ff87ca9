import { Refusal } from './call.ts'
import type { Json, Workspace } from './workspace.ts'

/** The app as its owner has set it up for installation by others. */
export interface OAuthApp {
  readonly clientId: string
  readonly clientSecret: string
  readonly redirectUrls: readonly string[]
  readonly scopes: Iterable<string>
}

/** What a person decides on Slack's own page, and oddities of the installation that follows. */
export interface Decision {
  readonly user: string
  /** They press Cancel. */
  readonly cancels?: boolean
  /** In the whole organisation, not in the workspace. */
  readonly organisation?: boolean
  /** The app has token rotation switched on. */
  readonly rotates?: boolean
}

/** The tokens that are out, each for one workspace, and how an app gets one. */
export class Grants {
  private readonly tokens = new Map<string, Workspace>()
  private readonly dead = new Map<string, 'account_inactive' | 'token_revoked'>()
  private readonly codes = new Map<string, { space: Workspace; redirect: string; decision: Decision; used: boolean }>()
  private readonly app: OAuthApp | null
  private count = 0

  constructor(app: OAuthApp | null) {
    this.app = app
  }

  give(token: string, space: Workspace): void {
    this.tokens.set(token, space)
  }

  /** The workspace that a token is for. Throws what Slack answers to another one. */
  spaceOf(token: string): Workspace {
    const space = this.tokens.get(token)
    if (!space) throw new Refusal(this.dead.get(token) ?? 'invalid_auth')
    return space
  }

  revoke(token: string): void {
    if (this.tokens.delete(token)) this.dead.set(token, 'token_revoked')
  }

  /** Every token of the workspace is dead from now on. */
  uninstall(space: Workspace): void {
    for (const [token, owner] of this.tokens) {
      if (owner !== space) continue
      this.tokens.delete(token)
      this.dead.set(token, 'account_inactive')
    }
  }

  /** Every token that was ever given out. */
  get all(): readonly string[] {
    return [...this.tokens.keys(), ...this.dead.keys()]
  }

  /** Slack's page for installing: where it leads the person back to. Throws what that page would complain of. */
  decide(address: string, space: Workspace, decision: Decision): string {
    const { app } = this
    const asked = new URL(address).searchParams
    const redirect = asked.get('redirect_uri') ?? ''
    if (!app || asked.get('client_id') !== app.clientId) throw new Error('invalid_client_id')
    if (!app.redirectUrls.includes(redirect)) throw new Error(`bad_redirect_uri: ${redirect}`)
    const wanted = (asked.get('scope') ?? '').split(',').sort().join()
    if (wanted !== [...app.scopes].sort().join()) throw new Error(`invalid_scope: ${wanted}`)
    if (asked.get('user_scope')) throw new Error('asks for a user token')
    const back = new URL(redirect)
    const state = asked.get('state')
    if (state !== null) back.searchParams.set('state', state)
    if (decision.cancels) {
      back.searchParams.set('error', 'access_denied')
      return back.href
    }
    this.count += 1
    const code = `code-${this.count}`
    this.codes.set(code, { space, redirect, decision, used: false })
    back.searchParams.set('code', code)
    return back.href
  }

  /** oauth.v2.access */
  access(args: Readonly<Record<string, string>>): Json {
    const { app } = this
    if (!app || args.client_id !== app.clientId) throw new Refusal('invalid_client_id')
    if (args.client_secret !== app.clientSecret) throw new Refusal('bad_client_secret')
    const given = this.codes.get(args.code ?? '')
    if (!given) throw new Refusal('invalid_code')
    if (given.used) throw new Refusal('code_already_used')
    if (args.redirect_uri !== given.redirect) throw new Refusal('bad_redirect_uri')
    given.used = true
    const { space, decision } = given
    this.count += 1
    const token = `xoxb-${space.team}-${this.count}-keep-me-secret`
    this.give(token, space)
    return {
      app_id: space.app,
      authed_user: { id: decision.user },
      scope: [...app.scopes].join(','),
      token_type: 'bot',
      access_token: token,
      bot_user_id: space.botUser,
      team: decision.organisation ? null : { id: space.team, name: space.name },
      enterprise: decision.organisation ? { id: 'E0ORG', name: 'Org' } : null,
      is_enterprise_install: decision.organisation === true,
      ...(decision.rotates ? { refresh_token: 'xoxe-1-keep-me-secret', expires_in: 43_200 } : {}),
    }
  }
}
