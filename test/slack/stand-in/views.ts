import { viewProblems } from './block-kit.ts'
import { type Call, type Method, need, parsed, Refusal, viewJson } from './call.ts'
import type { Json, OpenView } from './workspace.ts'

function viewOf(call: Call): Json {
  const view = parsed<Json | null>(call, 'view', null)
  if (!view) throw new Refusal('invalid_arguments')
  const problems = viewProblems(view)
  if (problems.length > 0) throw new Refusal('invalid_arguments', { response_metadata: { messages: problems } })
  return view
}

/** Replaces what a view shows, if nobody was faster; what was filled in stays in the blocks that are still there. */
export function replaceView(call: Pick<Call, 'space'>, open: OpenView, view: Json): void {
  open.view = view
  const there = new Set((view.blocks as Json[]).map((each) => each.block_id))
  for (const id of open.held.keys()) if (!there.has(id)) open.held.delete(id)
  open.hash = call.space.id('H')
  open.history.push(view)
  open.errors = null
}

const open: Method = (call) => {
  const view = viewOf(call)
  if (view.type !== 'modal') throw new Refusal('invalid_arguments')
  const user = call.triggers.take(need(call, 'trigger_id'))
  const id = call.space.id('V')
  const made: OpenView = {
    id,
    user,
    kind: 'modal',
    view,
    hash: call.space.id('H'),
    history: [view],
    held: new Map(),
    errors: null,
    closed: false,
  }
  call.space.views.set(id, made)
  return { view: viewJson(made, call.space) }
}

const update: Method = (call) => {
  const found = call.space.views.get(need(call, 'view_id'))
  if (!found || found.closed) throw new Refusal('not_found')
  if (call.args.hash && call.args.hash !== found.hash) throw new Refusal('hash_conflict')
  replaceView(call, found, viewOf(call))
  return { view: viewJson(found, call.space) }
}

const publish: Method = (call) => {
  const user = need(call, 'user_id')
  if (!call.space.users.has(user)) throw new Refusal('user_not_found')
  const view = viewOf(call)
  if (view.type !== 'home') throw new Refusal('invalid_arguments')
  const id = `V0HOME${user}`
  const found = call.space.views.get(id)
  if (found) replaceView(call, found, view)
  else {
    const hash = call.space.id('H')
    const fresh = { history: [view], held: new Map(), errors: null, closed: false }
    call.space.views.set(id, { id, user, kind: 'home', view, hash, ...fresh })
  }
  return { view: { id } }
}

export const viewMethods: Readonly<Record<string, Method>> = {
  'views.open': open,
  'views.update': update,
  'views.publish': publish,
}
