import {
  type APIButtonComponent,
  type APIInteraction,
  type APISelectMenuOption,
  ButtonStyle,
  ComponentType,
  MessageFlags,
} from 'discord.js'
import type { Action } from '../../core/card.ts'
import { buttonsOf, summaryOf } from '../../core/cards.ts'
import { VideoError } from '../../core/errors.ts'
import { catalogue } from '../../core/models.ts'
import { type Operation, type OperationStatus, operationStatuses } from '../../core/operation.ts'
import type { OperationFilter, Page, Person } from '../../core/ports/commands.ts'
import { describeError, describeHistory, say } from '../../core/wording.ts'
import { type Period, periodNames, periods } from '../command.ts'
import { shorten } from '../shorten.ts'
import type { MessageBody } from './api.ts'
import { customId } from './custom-id.ts'
import { type Asked, type Desk, reply, update } from './desk.ts'
import type { Given } from './input.ts'
import { linkFor } from './place.ts'
import { buttonOf, embedOf, notice, pingsNobody, plain, rows } from './render.ts'
import { requesterOf } from './spots.ts'

/** A member's own, or, for admins, everyone's. */
type ListKind = 'videos' | 'operations'
const pageSize = 10

/** What a list shows; it fits into a custom id beside a cursor. */
interface ListQuery {
  readonly kind: ListKind
  readonly status: OperationStatus | null
  readonly model: string | null
  readonly since: Period | null
  /** A Discord user id. */
  readonly member: string | null
  readonly cursor: string | null
}

/** `/videos` and `/operations`: the first page, for the person alone. */
export async function onList(desk: Desk, asked: Asked, kind: ListKind, given: readonly Given[]): Promise<void> {
  const value = (field: keyof OperationFilter) => {
    const found = given.find(({ option }) => 'filter' in option.feeds && option.feeds.filter === field)
    return found === undefined ? null : String(found.value)
  }
  const query: ListQuery = {
    kind,
    status: operationStatuses.find((each) => each === value('status')) ?? null,
    model: value('model'),
    since: periodNames.find((each) => each === value('since')) ?? null,
    member: value('requester'),
    cursor: null,
  }
  await reply(desk, asked.interaction, { ...(await pageOf(desk, asked.person, query)), flags: MessageFlags.Ephemeral })
}

/** “Next page” and “Newest”. */
export async function turnPage(desk: Desk, asked: Asked<APIInteraction>, rest: string): Promise<void> {
  await update(desk, asked.interaction, await pageOf(desk, asked.person, parseQuery(rest)))
}

async function pageOf(desk: Desk, person: Person, query: ListQuery): Promise<MessageBody> {
  if (query.kind === 'operations' && !person.admin) throw new VideoError('forbidden', 'not an admin')
  const own = query.kind === 'videos'
  const filter: OperationFilter = {
    ...(query.status === null ? {} : { status: query.status }),
    ...(query.model === null ? {} : { model: query.model }),
    ...(query.since === null ? {} : { since: desk.clock.now() - periods[query.since] }),
    ...(own ? { requester: person.id } : { workspace: person.workspace }),
    ...(!own && query.member !== null ? { requester: `discord:${query.member}` } : {}),
  }
  const page = await desk.commands.list(filter, person, query.cursor, pageSize)
  return listBody(page, query, person, desk.clock.now())
}

function listBody(page: Page, query: ListQuery, person: Person, now: number): MessageBody {
  const { locale } = person
  const title = say(locale, query.kind === 'videos' ? 'chat.videos.title' : 'chat.operations.title')
  const lines = page.operations.map((operation) => lineOf(operation, query.kind, person, now))
  const buttons: APIButtonComponent[] = []
  const button = (cursor: string | null, label: string) => {
    const custom_id = customId('page', '', writeQuery({ ...query, cursor }))
    buttons.push({ type: ComponentType.Button, style: ButtonStyle.Secondary, label, custom_id })
  }
  if (query.cursor !== null) button(null, say(locale, 'chat.list.newest'))
  if (page.next !== null) button(page.next, say(locale, 'chat.list.next'))
  const description = lines.length > 0 ? lines.join('\n') : say(locale, 'chat.list.empty')
  return {
    content: '',
    embeds: [{ title, description: shorten(description, 4096) }],
    components: [...selectOf(page.operations, locale, now), ...rows(buttons)],
    ...pingsNobody,
  }
}

function lineOf(operation: Operation, kind: ListKind, person: Person, now: number): string {
  const { locale } = person
  const links = [
    linked(say(locale, 'chat.link.message'), linkFor(person, operation, operation.statusMessage)),
    linked(say(locale, 'chat.link.video'), linkFor(person, operation, operation.deliveredMessage)),
  ].filter(Boolean)
  const who = kind === 'operations' ? ` <@${requesterOf(operation)}>` : ''
  const failure = kind === 'operations' && operation.errorCode !== null ? ` \`${operation.errorCode}\`` : ''
  const problem =
    operation.deliveryProblem === null
      ? ''
      : ` ${say(locale, 'chat.list.problem', { problem: `\`${operation.deliveryProblem}\`` })}`
  const prompt = operation.request.prompt === '' ? '' : ` “${plain(shorten(operation.request.prompt, 60))}”`
  const summary = plain(summaryOf(operation, now, locale))
  const when = `<t:${Math.round(operation.createdAt / 1000)}:R>`
  return `${when}${who}${prompt}: ${summary}${failure}${problem} ${links.join(' ')}`.trimEnd()
}

function linked(label: string, url: string | null): string {
  return url === null ? '' : `[${label}](${url})`
}

function selectOf(operations: readonly Operation[], locale: string, now: number): object[] {
  if (operations.length === 0) return []
  const options: APISelectMenuOption[] = operations.map((operation) => ({
    value: operation.id,
    label: shorten(operation.request.prompt.replace(/\s+/g, ' ') || operation.id, 100),
    description: shorten(summaryOf(operation, now, locale), 100),
  }))
  const placeholder = say(locale, 'chat.list.open')
  const select = { type: ComponentType.StringSelect, custom_id: customId('open', ''), placeholder, options }
  return [{ type: ComponentType.ActionRow, components: [select] }]
}

const historyShown = 20

/** One Operation with its history and all that this person may do with it. */
export async function showDetail(desk: Desk, asked: Asked<APIInteraction>, id: string): Promise<void> {
  const { person, interaction } = asked
  const { locale } = person
  const operation = await desk.commands.get(id, person)
  const [card, history] = await Promise.all([desk.commands.card(operation, locale), desk.commands.history(id, person)])
  const now = desk.clock.now()
  const lines = history
    .slice(-historyShown)
    .map((entry) => `<t:${Math.round(entry.at / 1000)}:T> ${plain(describeHistory(entry, locale))}`)
  const actions = desk.commands.actionsFor(operation, person)
  const buttons = buttonsOf(actions, operation, locale)
  const story = notice(
    say(locale, 'chat.history.title'),
    [lineOf(operation, 'operations', person, now), ...lines].join('\n'),
  )
  const extra = [...(await linkLines(desk, operation, actions)), ...problemLines(operation, locale)]
  const embeds = [embedOf(card, locale, extra), ...(story.embeds as object[])]
  await reply(desk, interaction, { ...story, embeds, components: rows(buttons.map((each) => buttonOf(each, id))) })
}

/** The link that the card promises, for those who may have the video. */
async function linkLines(desk: Desk, operation: Operation, actions: readonly Action[]): Promise<string[]> {
  const promised = operation.deliveryProblem === 'link_only' && actions.includes('download')
  const link = promised ? await desk.large.link(operation) : null
  return link === null ? [] : [link]
}

function problemLines(operation: Operation, locale: string): string[] {
  if (operation.errorCode === null) return []
  const { title } = describeError({ code: operation.errorCode, facts: operation.errorFacts }, locale)
  return [say(locale, 'chat.list.failed', { title: plain(title) })]
}

const letters = 'abcdefghijklmnopqrstuvwxyz'

/** Four letters (kind, status, model, age), the member in base 36, the cursor. */
function writeQuery(query: ListQuery): string {
  const letter = (index: number) => letters[index + 1] ?? 'a'
  const model = query.model === null ? -1 : catalogue.findIndex((each) => each.id === query.model)
  const status = query.status === null ? -1 : operationStatuses.indexOf(query.status)
  const since = query.since === null ? -1 : periodNames.indexOf(query.since)
  const head = `${query.kind === 'videos' ? 'v' : 'o'}${letter(status)}${letter(model)}${letter(since)}`
  return `${head}${query.member === null ? '' : BigInt(query.member).toString(36)}|${query.cursor ?? ''}`
}

function parseQuery(text: string): ListQuery {
  const [, kind, status = 'a', model = 'a', since = 'a', member = '', cursor = ''] =
    text.match(/^([vo])([a-z])([a-z])([a-z])([0-9a-z]{0,14})\|(.*)$/s) ?? []
  if (kind === undefined) throw new VideoError('not_found', 'no such list')
  const index = (letter: string) => letters.indexOf(letter) - 1
  const digits = [...member].reduce((sum, digit) => sum * 36n + BigInt(Number.parseInt(digit, 36)), 0n)
  return {
    kind: kind === 'v' ? 'videos' : 'operations',
    status: operationStatuses[index(status)] ?? null,
    model: catalogue[index(model)]?.id ?? null,
    since: periodNames[index(since)] ?? null,
    member: member === '' ? null : digits.toString(),
    cursor: cursor === '' ? null : cursor,
  }
}
