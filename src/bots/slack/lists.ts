import { buttonsOf, summaryOf } from '../../core/cards.ts'
import { VideoError } from '../../core/errors.ts'
import { type Operation, type OperationStatus, operationStatuses } from '../../core/operation.ts'
import type { OperationFilter, VideoCommands } from '../../core/ports/commands.ts'
import { describeHistory, say } from '../../core/wording.ts'
import { periodNames, periods } from '../command.ts'
import { shorten } from '../shorten.ts'
import { actionButton, type Block, cardBlocks, fallback, moment, sayingBlock, smallBlock } from './blocks.ts'
import { messageLink, type Player, videoLink } from './link.ts'
import type { SlackPerson } from './people.ts'
import type { Saying } from './reply.ts'
import { escapeText, plainInMarkdown } from './text.ts'

const onePage = 8
const noChoice = 'any'

/** What an admin has chosen to see; it travels in the list's own select menus. */
export interface Sieve {
  readonly status?: string | null
  readonly model?: string | null
  readonly since?: string | null
  /** A Slack user id. */
  readonly member?: string | null
}

/** What lists are made from. */
export interface Listing {
  readonly commands: VideoCommands
  readonly person: SlackPerson
  readonly teamUrl: string
  readonly player: Player
  readonly now: number
}

/** One's own newest Operations. */
export async function ownList(listing: Listing): Promise<Saying> {
  const { commands, person } = listing
  const page = await commands.list({ requester: person.id }, person, null, 20)
  const title = say(person.locale, 'chat.videos.title')
  return {
    text: title,
    blocks: [sayingBlock(title, empty(page.operations, person)), ...(await lines(page.operations, listing))],
  }
}

/** A page of everything in the workspace, for admins; throws `forbidden` for all others. */
export async function adminList(listing: Listing, sieve: Sieve, cursor: string | null): Promise<Saying> {
  const { commands, person } = listing
  if (!person.admin) throw new VideoError('forbidden', 'not an admin')
  const page = await commands.list(filterFrom(sieve, listing), person, cursor, onePage)
  const title = say(person.locale, 'chat.operations.title')
  const blocks: Block[] = [
    sayingBlock(title, empty(page.operations, person)),
    await sieveBlock(listing, sieve),
    ...(await lines(page.operations, listing, true)),
  ]
  const turns = [
    ...(page.next === null ? [] : [{ id: 'v1:list:next', key: 'chat.list.next' as const, value: page.next }]),
    ...(cursor === null ? [] : [{ id: 'v1:list:newest', key: 'chat.list.newest' as const, value: 'newest' }]),
  ]
  if (turns.length > 0) {
    const elements = turns.map(({ id, key, value }) => ({
      type: 'button' as const,
      action_id: id,
      text: { type: 'plain_text' as const, text: say(person.locale, key) },
      value,
    }))
    blocks.push({ type: 'actions', block_id: 'v1:turns', elements })
  }
  return { text: title, blocks }
}

/** One Operation with its history and everything that this person may do with it. */
export async function opened(listing: Listing, operationId: string): Promise<Saying> {
  const { commands, person } = listing
  const operation = await commands.get(operationId, person)
  const card = await commands.card(operation, person.locale)
  const history = await commands.history(operationId, person)
  const told = history
    .slice(-15)
    .map((entry) => `${moment(entry.at)} ${escapeText(describeHistory(entry, person.locale))}`)
  const buttons = buttonsOf(commands.actionsFor(operation, person), operation, person.locale)
  const blocks = cardBlocks({ ...card, buttons: [] }, person.locale)
  const small = [await linked(operation, listing), operation.deliveryProblem ?? ''].filter(Boolean)
  if (small.length > 0) blocks.push(smallBlock(small.join('  ·  ')))
  if (told.length > 0) blocks.push(smallBlock(`*${say(person.locale, 'chat.history.title')}*\n${told.join('\n')}`))
  if (buttons.length > 0) {
    const elements = buttons.map((button) => actionButton(button, operation.id, person.locale))
    blocks.push({ type: 'actions', block_id: 'v1:card', elements })
  }
  return { text: fallback(card), blocks }
}

/** What an admin has chosen, out of the state that a click on the list brings along. */
export function sieveFrom(values: Readonly<Record<string, Record<string, unknown>>> | undefined): Sieve {
  const held = values?.['v1:sieve'] ?? {}
  const chosen = (name: string): string | null => {
    const value = (held[`v1:list:${name}`] as { selected_option?: { value?: string } | null })?.selected_option?.value
    return value === undefined || value === noChoice ? null : value
  }
  const member = (held['v1:list:member'] as { selected_user?: string | null })?.selected_user ?? null
  return { status: chosen('status'), model: chosen('model'), since: chosen('since'), member }
}

/** The words after `/operations`: a state, a period, a model's name or id, a mentioned person, in any order. */
export async function sieveFromWords(text: string, listing: Listing): Promise<Sieve> {
  const words = text.trim().split(/\s+/)
  const models = await listing.commands.offers(listing.person)
  const model = models.find((each) =>
    words.some((word) => word === each.id || each.name.toLowerCase() === word.toLowerCase()),
  )
  return {
    status: words.find((word) => operationStatuses.some((each) => each === word)) ?? null,
    since: words.find((word) => word in periods) ?? null,
    model: model?.id ?? null,
    member: /<@([UW]\w+)/.exec(text)?.[1] ?? null,
  }
}

function filterFrom(sieve: Sieve, { person, now }: Listing): OperationFilter {
  const status = operationStatuses.find((each): each is OperationStatus => each === sieve.status)
  const period = periods[sieve.since as keyof typeof periods]
  return {
    workspace: person.workspace,
    ...(status ? { status } : {}),
    ...(sieve.model ? { model: sieve.model } : {}),
    ...(period ? { since: now - period } : {}),
    ...(sieve.member ? { requester: `${person.workspace}:${sieve.member}` } : {}),
  }
}

async function sieveBlock({ commands, person }: Listing, sieve: Sieve): Promise<Block> {
  const { locale } = person
  const select = (name: 'status' | 'model' | 'since', options: readonly (readonly [string, string])[]) => {
    const all = [[noChoice, say(locale, `option.${name}.name`)] as const, ...options].map(([value, text]) => ({
      text: { type: 'plain_text' as const, text: shorten(text, 75) },
      value,
    }))
    const initial = all.find((each) => each.value === sieve[name]) ?? all[0]
    return {
      type: 'static_select' as const,
      action_id: `v1:list:${name}`,
      options: all,
      ...(initial ? { initial_option: initial } : {}),
    }
  }
  const models = await commands.offers(person)
  return {
    type: 'actions',
    block_id: 'v1:sieve',
    elements: [
      select(
        'status',
        operationStatuses.map((each) => [each, say(locale, `choice.status.${each}`)]),
      ),
      select(
        'model',
        models.map((each) => [each.id, each.name]),
      ),
      select(
        'since',
        periodNames.map((each) => [each, say(locale, `choice.since.${each}`)]),
      ),
      {
        type: 'users_select',
        action_id: 'v1:list:member',
        placeholder: { type: 'plain_text', text: say(locale, 'option.member.name') },
        ...(sieve.member ? { initial_user: sieve.member } : {}),
      },
    ],
  }
}

/** The lines of a list: what it is, whose, when, where; with a button that opens it, for admins. */
export function lines(operations: readonly Operation[], listing: Listing, forAdmin = false): Promise<Block[]> {
  const { person, now } = listing
  const line = async (operation: Operation): Promise<Block> => {
    const prompt = plainInMarkdown(shorten(operation.request.prompt, 120), 200)
    const small = [
      moment(operation.createdAt),
      ...(forAdmin ? [plainInMarkdown(operation.requesterName, 80)] : []),
      ...(forAdmin && operation.errorCode ? [escapeText(operation.errorCode)] : []),
      await linked(operation, listing),
    ]
    const text = `${escapeText(summaryOf(operation, now, person.locale))}\n${prompt}\n${small.filter(Boolean).join('  ·  ')}`
    const open = {
      type: 'button' as const,
      action_id: 'v1:list:open',
      text: { type: 'plain_text' as const, text: say(person.locale, 'chat.list.open') },
      value: operation.id,
    }
    return {
      type: 'section',
      block_id: `v1:row:${operation.id}`,
      text: { type: 'mrkdwn', text: shorten(text, 3000), verbatim: true },
      ...(forAdmin ? { accessory: open } : {}),
    }
  }
  return Promise.all(operations.map(line))
}

async function linked(operation: Operation, { person, teamUrl, player }: Listing): Promise<string> {
  if (operation.thread === null) return ''
  const viewer = { id: person.id, teamUrl }
  const video = operation.videoFile === null ? null : await videoLink(operation, viewer, player)
  const link = video ?? messageLink(operation, operation.deliveredMessage ?? operation.statusMessage, viewer)
  if (link === null) return ''
  return `<${escapeText(link)}|${say(person.locale, video === null ? 'chat.link.message' : 'chat.link.video')}>`
}

function empty(operations: readonly Operation[], person: SlackPerson): string {
  return operations.length === 0 ? say(person.locale, 'chat.list.empty') : ' '
}
