import { randomUUID } from 'node:crypto'
import { viewProblems } from './block-kit.ts'
import { type Triggers, viewJson } from './call.ts'
import type { Deliveries, Delivery, Outcome } from './deliveries.ts'
import { fileInEvent } from './json.ts'
import { replaceView } from './views.ts'
import {
  type Channel,
  type Ephemeral,
  type FileRecord,
  type Json,
  latest,
  type Message,
  type OpenView,
  type Workspace,
} from './workspace.ts'

/** What the app's manifest subscribed to: nothing else is delivered. */
export interface Subscriptions {
  readonly events: ReadonlySet<string>
  readonly commands: ReadonlySet<string>
  readonly shortcuts: ReadonlySet<string>
}

export interface ResponseUrls {
  /** `original`: what it can replace. */
  give(channel: string, user: string, original?: Message): string
}

interface Said {
  readonly channel: string
  readonly user: string
  readonly text: string
  readonly thread?: string | undefined
  readonly files?: readonly FileRecord[]
  /** Deliver the one message as this many events, each with an id of its own. */
  readonly events?: number
}

/** A message that somebody wrote, and what Slack told the app about it. */
export interface Told {
  readonly message: Message
  readonly deliveries: readonly Delivery[]
  /** Resolves when each was acknowledged or given up. */
  readonly outcomes: Promise<readonly Outcome[]>
}

/** What people do in Slack, each as one function. */
export class People {
  readonly space: Workspace
  private readonly deliveries: Deliveries
  private readonly triggers: Triggers
  private readonly urls: ResponseUrls
  private readonly subscribed: Subscriptions
  private readonly origin: string

  constructor(parts: {
    space: Workspace
    deliveries: Deliveries
    triggers: Triggers
    urls: ResponseUrls
    subscribed: Subscriptions
    origin: string
  }) {
    this.space = parts.space
    this.deliveries = parts.deliveries
    this.triggers = parts.triggers
    this.urls = parts.urls
    this.subscribed = parts.subscribed
    this.origin = parts.origin
  }

  /** Writes a message that mentions the bot (`@bot` in the text stands for the mention). */
  mention(said: Said): Told {
    const text = said.text.includes('@bot')
      ? said.text.replaceAll('@bot', `<@${this.space.botUser}>`)
      : `<@${this.space.botUser}> ${said.text}`
    const channel = this.channel(said.channel)
    const heard = channel.members.has(this.space.botUser) && this.subscribed.events.has('app_mention')
    return this.say({ ...said, text }, heard ? 'app_mention' : null, channel)
  }

  /** Writes to the bot directly. */
  dm(said: Omit<Said, 'channel'>): Told {
    const channel = this.space.directChannel(said.user)
    const heard = this.subscribed.events.has('message.im')
    return this.say({ ...said, channel: channel.id }, heard ? 'message' : null, channel)
  }

  /** Writes something that the bot is not told of. */
  write(said: Said): Message {
    return this.say(said, null, this.channel(said.channel)).message
  }

  /** Changes what they wrote: Slack tells of it as of a new mention of the same message, or in a direct channel as a change. */
  edit(message: Message, text: string): Delivery {
    const channel = this.channel(message.channel)
    const edited = { user: message.user, ts: this.space.timestamp() }
    const now = channel.kind === 'im' ? text : `<@${this.space.botUser}> ${text}`
    message.history.push({ at: Date.now(), text: now, blocks: [] })
    const whole = { ...this.eventMessage(message), edited }
    const place = { channel: channel.id, event_ts: edited.ts }
    if (channel.kind !== 'im') return this.event({ ...whole, ...place, type: 'app_mention' }, channel.shared)
    const changed = { type: 'message', subtype: 'message_changed', channel_type: 'im', hidden: true, message: whole }
    return this.event({ ...changed, ...place, ts: edited.ts }, channel.shared)
  }

  slash(command: {
    command: string
    text?: string
    channel: string
    user: string
    trigger?: string
  }): Promise<Outcome> {
    if (!this.subscribed.commands.has(command.command)) throw new Error(`${command.command} is not in the manifest`)
    if (/&(?!amp;|lt;|gt;)/.test(command.text ?? '')) throw new Error('Slack escapes the words of a command')
    const channel = this.space.channels.get(command.channel) ?? this.space.directChannel(command.user)
    const handed = this.deliveries.hand('slash_commands', {
      token: 'verification',
      team_id: this.space.team,
      team_domain: this.space.name.toLowerCase(),
      channel_id: channel.id,
      channel_name: channel.kind === 'im' ? 'directmessage' : channel.name,
      user_id: command.user,
      user_name: this.user(command.user).name,
      command: command.command,
      text: command.text ?? '',
      api_app_id: this.space.app,
      is_enterprise_install: 'false',
      response_url: this.urls.give(channel.id, command.user),
      trigger_id: this.triggers.give(command.trigger ?? randomUUID(), command.user),
    })
    return this.seen(handed, channel.id, command.user)
  }

  shortcut(callbackId: string, user: string): Promise<Outcome> {
    if (!this.subscribed.shortcuts.has(callbackId)) throw new Error(`${callbackId} is not in the manifest`)
    const payload = {
      ...this.interaction(user),
      type: 'shortcut',
      callback_id: callbackId,
      action_ts: this.space.timestamp(),
    }
    return this.deliveries.hand('interactive', payload).outcome
  }

  messageShortcut(callbackId: string, user: string, message: Message): Promise<Outcome> {
    if (!this.subscribed.shortcuts.has(callbackId)) throw new Error(`${callbackId} is not in the manifest`)
    const channel = this.channel(message.channel)
    return this.deliveries.hand('interactive', {
      ...this.interaction(user),
      type: 'message_action',
      callback_id: callbackId,
      action_ts: this.space.timestamp(),
      message_ts: message.ts,
      channel: { id: channel.id, name: channel.name },
      response_url: this.urls.give(channel.id, user),
      message: this.eventMessage(message),
    }).outcome
  }

  /** Presses the button that says `label` (or has this action_id) under a message or an ephemeral one. */
  press(on: Message | Ephemeral, label: string, user: string): Promise<Outcome> {
    const { button, block } = findElement(blocksOf(on), label)
    return this.actOn(on, { ...button, block_id: block }, user, {})
  }

  /** Picks an option in a select menu of a message. */
  pick(on: Message | Ephemeral, actionId: string, value: string, user: string): Promise<Outcome> {
    const { button, block } = findElement(blocksOf(on), actionId)
    const held = heldBy(button, value, this.origin)
    return this.actOn(on, { ...held, action_id: actionId, block_id: block }, user, { [actionId]: held })
  }

  private actOn(on: Message | Ephemeral, action: Json, user: string, held: Json): Promise<Outcome> {
    const isMessage = 'history' in on
    const channel = this.channel(on.channel)
    const ts = isMessage ? on.ts : this.space.timestamp()
    const values = stateOf(blocksOf(on), {}, this.origin)
    const block = String(action.block_id)
    const place = on.thread === null ? {} : { thread_ts: on.thread }
    return this.deliveries.hand('interactive', {
      ...this.interaction(user),
      type: 'block_actions',
      container: { type: 'message', message_ts: ts, channel_id: channel.id, is_ephemeral: !isMessage, ...place },
      channel: { id: channel.id, name: channel.name },
      ...(isMessage ? { message: this.eventMessage(on) } : {}),
      response_url: isMessage ? this.urls.give(channel.id, user, on) : this.urls.give(channel.id, user),
      state: { values: { ...values, [block]: { ...(values[block] as Json | undefined), ...held } } },
      actions: [{ ...action, action_ts: this.space.timestamp() }],
    }).outcome
  }

  /** Presses a button in a modal or on the home page. */
  pressIn(view: OpenView, label: string): Promise<Outcome> {
    const { button, block } = findElement(view.view.blocks as Json[], label)
    return this.actIn(view, { ...button, block_id: block }, {})
  }

  /** Picks an option in an open modal; `values` is what is filled into other fields, by block_id. */
  choose(view: OpenView, actionId: string, value: string, values: Record<string, unknown> = {}): Promise<Outcome> {
    const { button, block } = findElement(view.view.blocks as Json[], actionId)
    const options = (button.options ?? []) as { value: string }[]
    const selected = options.find((each) => each.value === value)
    if (!selected)
      throw new Error(`${actionId} does not offer ${value}: ${options.map((each) => each.value).join(', ')}`)
    const action = { type: button.type, action_id: button.action_id, block_id: block, selected_option: selected }
    return this.actIn(view, action, { ...values, [block]: value })
  }

  /** Sends a modal off; `values` by block_id, the rest as it was filled in or prefilled. */
  async submitView(view: OpenView, values: Record<string, unknown> = {}): Promise<Outcome> {
    const outcome = await this.deliveries.hand('interactive', {
      ...this.interaction(view.user),
      type: 'view_submission',
      view: viewJson(view, this.space, fill(view, values, this.origin)),
      response_urls: [],
    }).outcome
    if (outcome.acknowledged) this.applyResponse(view, outcome.answer)
    return outcome
  }

  openHome(user: string): Delivery | null {
    if (!this.subscribed.events.has('app_home_opened')) return null
    const channel = this.space.directChannel(user).id
    return this.event({ type: 'app_home_opened', user, channel, tab: 'home', event_ts: this.space.timestamp() }, false)
  }

  /** What Slack says of the app's removal; the order is not promised. */
  removed(): Delivery[] {
    const revoked = { type: 'tokens_revoked', tokens: { oauth: [], bot: [this.space.botUser] } }
    const heard = [revoked, { type: 'app_uninstalled' }].filter(({ type }) => this.subscribed.events.has(type))
    return heard.map((event) => this.event(event, false))
  }

  /** Any event at all. */
  event(event: Json, shared: boolean): Delivery {
    return this.deliveries.hand('events_api', {
      token: 'verification',
      team_id: this.space.team,
      context_team_id: this.space.team,
      api_app_id: this.space.app,
      event,
      type: 'event_callback',
      event_id: this.space.id('Ev'),
      event_time: Math.floor(Date.now() / 1000),
      authorizations: [
        {
          enterprise_id: null,
          team_id: this.space.team,
          user_id: this.space.botUser,
          is_bot: true,
          is_enterprise_install: false,
        },
      ],
      is_ext_shared_channel: shared,
    })
  }

  private say(said: Said, as: 'app_mention' | 'message' | null, channel: Channel): Told {
    const files = said.files ?? []
    const thread = said.thread ?? null
    const message = this.space.post({ channel: channel.id, thread, user: said.user, text: said.text, files })
    const deliveries: Delivery[] = []
    for (let index = 0; as !== null && index < (said.events ?? 1); index += 1) {
      const event = { ...this.eventMessage(message), type: as, channel: channel.id, event_ts: message.ts }
      deliveries.push(this.event(as === 'message' ? { ...event, channel_type: 'im' } : event, channel.shared))
    }
    return { message, deliveries, outcomes: Promise.all(deliveries.map((each) => each.outcome)) }
  }

  private eventMessage(message: Message): Json {
    const begins = this.space.thread(message.channel, message.ts).length > 1
    const thread = message.thread ?? (begins ? message.ts : null)
    return {
      type: 'message',
      ...(message.files.length > 0
        ? { subtype: 'file_share', files: message.files.map((each) => fileInEvent(each, this.origin)) }
        : {}),
      user: message.user,
      team: this.space.users.get(message.user)?.team ?? this.space.team,
      ...(message.byBot ? { bot_id: this.space.bot } : {}),
      text: latest(message).text,
      blocks: latest(message).blocks,
      ts: message.ts,
      ...(thread ? { thread_ts: thread } : {}),
    }
  }

  private interaction(user: string): Json {
    return {
      token: 'verification',
      api_app_id: this.space.app,
      team: { id: this.space.team, domain: this.space.name.toLowerCase() },
      enterprise: null,
      is_enterprise_install: false,
      user: { id: user, username: this.user(user).name, name: this.user(user).name, team_id: this.user(user).team },
      trigger_id: this.triggers.give(randomUUID(), user),
    }
  }

  private actIn(view: OpenView, action: Json, values: Record<string, unknown>): Promise<Outcome> {
    return this.deliveries.hand('interactive', {
      ...this.interaction(view.user),
      type: 'block_actions',
      container: { type: 'view', view_id: view.id },
      view: viewJson(view, this.space, fill(view, values, this.origin)),
      actions: [{ ...action, action_ts: this.space.timestamp() }],
    }).outcome
  }

  private applyResponse(view: OpenView, answer: Json | string | null): void {
    if (answer === null || typeof answer === 'string') view.closed = true
    else if (answer.response_action === 'errors') view.errors = answer.errors as Json
    else if (answer.response_action === 'update') {
      const next = answer.view as Json
      const problems = viewProblems(next)
      if (problems.length > 0) throw new Error(`the app answered with a bad view: ${problems.join(', ')}`)
      replaceView({ space: this.space }, view, next)
    } else view.closed = true
  }

  private async seen(handed: Delivery, channel: string, user: string): Promise<Outcome> {
    const outcome = await handed.outcome
    const { answer } = outcome
    if (answer === null) return outcome
    const said: Json = typeof answer === 'string' ? { text: answer } : answer
    const text = String(said.text ?? '')
    const blocks = (said.blocks ?? []) as Json[]
    if (said.response_type === 'in_channel')
      this.space.post({ channel, thread: null, user: this.space.botUser, text, blocks })
    else this.space.ephemerals.push({ channel, thread: null, user, text, blocks })
    return outcome
  }

  private channel(id: string): Channel {
    const channel = this.space.channels.get(id)
    if (!channel) throw new Error(`no channel ${id}`)
    return channel
  }

  private user(id: string): { name: string; team: string } {
    const user = this.space.users.get(id)
    if (!user) throw new Error(`no user ${id}`)
    return user
  }
}

/** Fills that into a view, by block_id; the values of its inputs as the person sees them then. */
export function fill(view: OpenView, values: Readonly<Record<string, unknown>>, origin = '') {
  for (const [id, value] of Object.entries(values)) view.held.set(id, value)
  return stateOf(view.view.blocks as Json[], Object.fromEntries(view.held), origin)
}

/** The values of a view's inputs: as given by block_id, otherwise as prefilled. */
export function stateOf(
  blocks: readonly Json[],
  values: Readonly<Record<string, unknown>>,
  origin = '',
): Record<string, Record<string, unknown>> {
  const state: Record<string, Record<string, unknown>> = {}
  for (const block of blocks) {
    const inside =
      block.type === 'input' ? [block.element] : block.type === 'actions' ? block.elements : [block.accessory]
    for (const element of (inside as (Json | undefined)[]).filter((each) => each !== undefined)) {
      if (element.type === 'button') continue
      const id = String(block.block_id)
      state[id] = { ...state[id], [String(element.action_id)]: heldBy(element, values[id], origin) }
    }
  }
  return state
}

function heldBy(element: Json, given: unknown, origin: string): Json {
  const type = String(element.type)
  if (type === 'plain_text_input' || type === 'number_input') {
    return { type, value: given === undefined ? (element.initial_value ?? null) : given }
  }
  if (type === 'file_input') {
    const files = (given ?? []) as FileRecord[]
    return { type, files: files.map((each) => fileInEvent(each, origin)) }
  }
  if (type === 'conversations_select') {
    return { type, selected_conversation: given === undefined ? (element.initial_conversation ?? null) : given }
  }
  if (type === 'users_select')
    return { type, selected_user: given === undefined ? (element.initial_user ?? null) : given }
  const options = (element.options ?? []) as { value: string }[]
  if (type === 'checkboxes') {
    const chosen = given as string[] | undefined
    return {
      type,
      selected_options: chosen
        ? options.filter((each) => chosen.includes(each.value))
        : (element.initial_options ?? []),
    }
  }
  if (given === undefined) return { type, selected_option: element.initial_option ?? null }
  const option = options.find((each) => each.value === given)
  if (!option) throw new Error(`no option ${String(given)} among ${options.map((each) => each.value).join(', ')}`)
  return { type, selected_option: option }
}

function blocksOf(on: Message | Ephemeral): readonly Json[] {
  return 'history' in on ? latest(on).blocks : on.blocks
}

/** The element that says `label`, or has this action_id, and its block's id. */
function findElement(blocks: readonly Json[], label: string): { button: Json; block: string } {
  const seen: string[] = []
  for (const block of blocks) {
    const inside = [
      ...((block.elements ?? []) as Json[]),
      block.accessory as Json | undefined,
      block.element as Json | undefined,
    ]
    for (const element of inside) {
      if (!element?.action_id) continue
      const says = (element.text as Json | undefined)?.text
      seen.push(`${String(says)} (${String(element.action_id)})`)
      if (says === label || element.action_id === label) return { button: element, block: String(block.block_id) }
    }
  }
  throw new Error(`no “${label}” here, only ${seen.join(', ')}`)
}
