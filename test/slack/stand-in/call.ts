import type { Limits } from './faults.ts'
import type { Json, OpenView, Workspace } from './workspace.ts'

/** An error that Slack answers with `ok: false`. */
export class Refusal extends Error {
  readonly error: string
  readonly more: Json

  constructor(error: string, more: Json = {}) {
    super(error)
    this.error = error
    this.more = more
  }
}

/** What a method gets: the arguments as sent and the workspace it acts on. */
export interface Call {
  readonly args: Readonly<Record<string, string>>
  readonly space: Workspace
  readonly origin: string
  readonly limits: Limits
  readonly grant: (scope: string) => void
  /** How long after its upload was completed a file's message appears, in milliseconds. */
  readonly later: (act: () => void) => void
  readonly triggers: Triggers
}

export type Method = (call: Call) => Json

/** An argument that has to be there. */
export function need(call: Call, name: string): string {
  const value = call.args[name]
  if (value === undefined || value === '') throw new Refusal('invalid_arguments', { needs: name })
  return value
}

/** An argument that is JSON; `fallback` where it is missing. */
export function parsed<T>(call: Call, name: string, fallback: T): T {
  const value = call.args[name]
  if (value === undefined || value === '') return fallback
  try {
    return JSON.parse(value) as T
  } catch {
    throw new Refusal('invalid_json', { argument: name })
  }
}

/** Trigger ids: each opens one view, within 3 seconds. */
export class Triggers {
  private readonly given = new Map<string, { readonly user: string; readonly at: number; used: boolean }>()
  readonly lifeMilliseconds: number

  constructor(lifeMilliseconds: number) {
    this.lifeMilliseconds = lifeMilliseconds
  }

  give(id: string, user: string): string {
    this.given.set(id, { user, at: Date.now(), used: false })
    return id
  }

  take(id: string): string {
    const trigger = this.given.get(id)
    if (!trigger) throw new Refusal('invalid_trigger_id')
    if (Date.now() - trigger.at > this.lifeMilliseconds) throw new Refusal('expired_trigger_id')
    if (trigger.used) throw new Refusal('exchanged_trigger_id')
    trigger.used = true
    return trigger.user
  }
}

/** A view as Slack hands it to apps. */
export function viewJson(open: OpenView, space: Workspace, values?: Json): Json {
  const { blocks, ...rest } = open.view
  return {
    id: open.id,
    team_id: space.team,
    app_id: space.app,
    bot_id: space.bot,
    app_installed_team_id: space.team,
    root_view_id: open.id,
    hash: open.hash,
    private_metadata: '',
    callback_id: '',
    ...rest,
    blocks,
    state: { values: values ?? {} },
  }
}
