import { Readable } from 'node:stream'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { VideoError } from '../../core/errors.ts'
import type { Budget, BudgetChange, LedgerEntry } from '../../core/ports/books.ts'
import type { Settings } from '../../core/settings.ts'
import type { ApiOptions } from './answers.ts'
import { auditBody, budgetBody } from './schemas.ts'
import { visitorOf } from './session.ts'

const name = z.string().min(1).max(200)
const usd = z.number().nullable()
const given = z.record(z.string(), usd)
const budgetsBody = z.object({
  workspace: z.string(),
  budgets: z.array(budgetBody),
  set: z.object({
    workspace_monthly_usd: usd.optional(),
    requester_daily_usd: usd.optional(),
    role_daily_usd: given,
    member_daily_usd: given,
  }),
})
const workspaceQuery = z.object({ workspace: name.default('web') })
const budgetChange = z.strictObject({
  workspace: name.default('web'),
  of: z.enum(['workspace', 'everyone', 'role', 'member']),
  id: name.optional().meta({ description: 'The role, or the member such as `discord:1234`' }),
  usd: z
    .union([z.number().min(0).max(1_000_000_000), z.enum(['unlimited', 'default'])])
    .meta({ description: '0 for none; `default` for what the host set' }),
})
const pageQuery = z.object({
  cursor: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(500).default(100),
})
const auditQuery = pageQuery.pick({ limit: true })
const ledgerBody = z.object({
  ledger: z.array(
    z.object({
      line: z.number(),
      time: z.iso.datetime(),
      operation_id: z.string(),
      kind: z.string(),
      person: z.string(),
      workspace: z.string(),
      model: z.string(),
      seconds: z.number(),
      usd: z.number(),
    }),
  ),
  next_cursor: z.number().nullable(),
})
const banBody = z.strictObject({ person: name, banned: z.boolean().default(true) })
const done = z.object({ done: z.literal(true) })

const tags = ['admin']

/** Budgets, ledger, what admins did, and bans, under /api/admin; core says who may. */
export const bookRoutes: FastifyPluginAsyncZod<ApiOptions> = async (app, { commands }) => {
  const budgetsIn = async (workspace: string, admin: ReturnType<typeof visitorOf>['person']) => {
    const budgets = await commands.budgets({ ...admin, workspace, channel: null })
    return { workspace, budgets: budgets.map(presentBudget), set: presentSet(await commands.settings(workspace)) }
  }

  app.get(
    '/budgets',
    {
      schema: {
        tags,
        summary: 'What is left, and what is set',
        querystring: workspaceQuery,
        response: { 200: budgetsBody },
      },
    },
    async (request) => budgetsIn(request.query.workspace, visitorOf(request).person),
  )

  app.put(
    '/budgets',
    { schema: { tags, summary: 'Change one budget', body: budgetChange, response: { 200: budgetsBody } } },
    async (request) => {
      const { workspace } = request.body
      const admin = visitorOf(request).person
      await commands.setBudget(changeOf(request.body), admin)
      return budgetsIn(workspace, admin)
    },
  )

  app.get(
    '/ledger',
    { schema: { tags, summary: 'The ledger, oldest first', querystring: pageQuery, response: { 200: ledgerBody } } },
    async (request) => {
      const { cursor, limit } = request.query
      const entries = await commands.ledger(visitorOf(request).person, cursor, limit)
      const last = entries.at(-1)
      return { ledger: entries.map(presentEntry), next_cursor: last && entries.length === limit ? last.id : null }
    },
  )

  app.get('/ledger.csv', { schema: { tags, summary: 'The whole ledger as CSV' } }, async (request, reply) => {
    const pieces = commands.ledgerCsv(visitorOf(request).person)
    reply.header('content-disposition', 'attachment; filename="ledger.csv"').type('text/csv; charset=utf-8')
    return reply.send(Readable.from(pieces))
  })

  app.get(
    '/audit',
    {
      schema: { tags, summary: 'What admins did, newest first', querystring: auditQuery, response: { 200: auditBody } },
    },
    async (request) => {
      const entries = await commands.audit(visitorOf(request).person, request.query.limit)
      return { audit: entries.map(({ at, ...entry }) => ({ time: new Date(at).toISOString(), ...entry })) }
    },
  )

  app.post(
    '/ban',
    {
      schema: {
        tags,
        summary: 'Somebody may start nothing any more, or may again',
        body: banBody,
        response: { 200: done },
      },
    },
    async (request) => {
      await commands.ban(request.body.person, request.body.banned, visitorOf(request).person)
      return { done: true as const }
    },
  )
}

const dollar = 1_000_000

function dollars(micros: number | null): number | null {
  return micros === null ? null : micros / dollar
}

/** A budget as HTTP shows it. */
export function presentBudget({ scope, limitMicros, spentMicros, leftMicros, renews, free }: Budget) {
  const amounts = { limit_usd: dollars(limitMicros), spent_usd: spentMicros / dollar, left_usd: dollars(leftMicros) }
  return { scope, ...amounts, renews, rehearsal: free }
}

function presentSet({ workspaceMonthlyMicros, requesterDailyMicros, roleDailyMicros, memberDailyMicros }: Settings) {
  const each = (record: Readonly<Record<string, number | null>> = {}) =>
    Object.fromEntries(Object.entries(record).map(([id, micros]) => [id, dollars(micros)]))
  return {
    ...(workspaceMonthlyMicros === undefined ? {} : { workspace_monthly_usd: dollars(workspaceMonthlyMicros) }),
    ...(requesterDailyMicros === undefined ? {} : { requester_daily_usd: dollars(requesterDailyMicros) }),
    role_daily_usd: each(roleDailyMicros),
    member_daily_usd: each(memberDailyMicros),
  }
}

function changeOf({ workspace, of, id, usd: amount }: z.output<typeof budgetChange>): BudgetChange {
  const micros = amount === 'unlimited' ? null : amount === 'default' ? undefined : Math.round(amount * dollar)
  if (of === 'workspace' || of === 'everyone') return { workspace, target: { of }, micros }
  if (id !== undefined) return { workspace, target: { of, id }, micros }
  const problem = { field: 'id', given: '', accepted: [], rule: 'required' as const }
  throw new VideoError('invalid_request', 'whose budget?', { problems: [problem] })
}

function presentEntry({
  id,
  at,
  operationId,
  kind,
  requester,
  workspace,
  model,
  durationSeconds,
  micros,
}: LedgerEntry) {
  return {
    line: id,
    time: new Date(at).toISOString(),
    operation_id: operationId,
    kind,
    person: requester,
    workspace,
    model,
    seconds: durationSeconds,
    usd: micros / dollar,
  }
}
