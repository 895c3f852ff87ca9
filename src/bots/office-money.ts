import { VideoError } from '../core/errors.ts'
import type { Budget, BudgetChange } from '../core/ports/books.ts'
import { money, say, size, span, successPercent } from '../core/wording.ts'
import { type Counter, limitText, microsFrom, type Notice, noticeOf } from './office-counter.ts'

/** The most of a ledger that a chat takes as a file, in characters; of a longer one the newest lines. */
const longestFile = 8_000_000
const openShown = 20

/** `/budget`: what is left, after changing what was given. */
export async function budget(counter: Counter): Promise<Notice> {
  const { commands, person, given } = counter
  const { locale } = person
  const change = changeIn(counter)
  if (change) await commands.setBudget(change, person)
  const budgets = await commands.budgets(person)
  const lines = budgets.map((each) => counter.screen.plain(budgetLine(each, locale)))
  const set = person.admin ? await setLines(counter) : []
  const outcome = change ? 'office.budget.saved' : 'office.budget.which'
  const saved = given.amount === undefined ? [] : [say(locale, outcome)]
  const free = budgets.some((each) => each.free) ? [say(locale, 'office.budget.free')] : []
  const notice = noticeOf(counter, 'office.budget.title', [...saved, ...lines, ...set, ...free])
  return change ? { ...notice, tone: 'done' } : notice
}

function changeIn({ person, given }: Counter): BudgetChange | null {
  const target = targetIn(given)
  if (given.amount === undefined || !target) return null
  return { workspace: person.workspace, target, micros: microsFrom(given.amount) }
}

function targetIn({ who, for_role: role, whose }: Counter['given']): BudgetChange['target'] | null {
  if (who !== undefined) return { of: 'member', id: String(who) }
  if (role !== undefined) return { of: 'role', id: String(role) }
  return whose === 'workspace' || whose === 'everyone' ? { of: whose } : null
}

function budgetLine({ scope, limitMicros, leftMicros, spentMicros, renews }: Budget, locale: string): string {
  const facts = { budget: say(locale, `budget.${scope}`), spent: money(spentMicros), renews }
  if (limitMicros === null || leftMicros === null) return say(locale, 'office.budget.unlimited', facts)
  return say(locale, 'office.budget.line', { ...facts, left: money(leftMicros), limit: money(limitMicros) })
}

/** What admins have set here. */
async function setLines({ commands, person, screen }: Counter): Promise<readonly string[]> {
  const { locale } = person
  const settings = await commands.settings(person.workspace)
  const line = (of: BudgetChange['target']['of'], micros: number | null, name = '') =>
    say(locale, `office.budget.set.${of}`, { name, limit: limitText(micros, locale) })
  const { workspaceMonthlyMicros, requesterDailyMicros, roleDailyMicros = {}, memberDailyMicros = {} } = settings
  return [
    ...(workspaceMonthlyMicros === undefined ? [] : [line('workspace', workspaceMonthlyMicros)]),
    ...(requesterDailyMicros === undefined ? [] : [line('everyone', requesterDailyMicros)]),
    ...Object.entries(roleDailyMicros).map(([id, micros]) => line('role', micros, screen.role(id))),
    ...Object.entries(memberDailyMicros).map(([id, micros]) => line('member', micros, screen.person(id))),
  ]
}

/** `/stats`: the numbers of this place. */
export async function stats(counter: Counter): Promise<Notice> {
  const { commands, person, screen } = counter
  const { locale } = person
  const numbers = await commands.statistics(person)
  const { total, completed, failed, refused, inFlight, generationSeconds: times } = numbers
  const rate = successPercent(numbers)
  const facts = Object.fromEntries(
    Object.entries(times ?? {}).map(([name, seconds]) => [name, span(Math.round(seconds), locale)]),
  )
  const lines = [
    say(locale, 'office.stats.count', { total, completed, failed, refused, inFlight }),
    ...(rate === null ? [] : [say(locale, 'office.stats.rate', { rate })]),
    ...(times === null ? [] : [say(locale, 'office.stats.time', facts)]),
    say(locale, 'office.stats.money', {
      settled: money(numbers.settledMicros),
      reserved: money(numbers.reservedMicros),
    }),
    say(locale, 'office.stats.storage', { size: size(numbers.storedBytes) }),
  ]
  return noticeOf(counter, 'office.stats.title', lines.map(screen.plain))
}

/** `/unsettled`: what is perhaps charged, or one of them settled. */
export async function unsettled(counter: Counter): Promise<Notice> {
  const { commands, person, given, screen } = counter
  const { locale } = person
  if (given.operation !== undefined && given.charged !== undefined) {
    const charged = given.charged === true
    const operation = await commands.settle(String(given.operation).trim(), charged, person)
    const facts = { operation: operation.id, price: money(operation.priceMicros) }
    const line = say(locale, charged ? 'office.settled.charged' : 'office.settled.free', facts)
    return { ...noticeOf(counter, 'office.settled.title', [screen.plain(line)]), tone: 'done' }
  }
  if (!person.admin) throw new VideoError('forbidden', 'not an admin')
  const { operations } = await commands.list({ charge: 'uncertain' }, person, null, openShown)
  if (operations.length === 0) {
    return noticeOf(counter, 'office.unsettled.title', [say(locale, 'office.unsettled.none')])
  }
  const lines = operations.map(({ id, priceMicros, requester, createdAt }) => {
    const facts = { operation: id, price: money(priceMicros), person: screen.person(requester) }
    return say(locale, 'office.unsettled.line', { ...facts, when: screen.moment(createdAt) })
  })
  return noticeOf(counter, 'office.unsettled.title', [say(locale, 'office.unsettled.text'), ...lines])
}

/** `/ledger`: the ledger as a file. */
export async function ledger(counter: Counter): Promise<Notice> {
  const { commands, person } = counter
  const pieces: string[] = []
  let length = 0
  for await (const piece of commands.ledgerCsv(person)) {
    pieces.push(piece)
    length += piece.length
    // The first piece is the head.
    while (length > longestFile && pieces.length > 2) length -= pieces.splice(1, 1)[0]?.length ?? 0
  }
  const notice = noticeOf(counter, 'office.ledger.title', [say(person.locale, 'office.ledger.text')])
  return { ...notice, file: { name: 'ledger.csv', text: pieces.join('') } }
}
