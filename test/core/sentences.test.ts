import { describe, expect, it } from 'vitest'
import { choicesFor, sizeChoices } from '../../src/bots/choices.ts'
import { acceptedAs } from '../../src/core/accepted.ts'
import { adminCardOf, type CardContext, cardOf, summaryOf } from '../../src/core/cards.ts'
import { type ErrorCode, errorCodes, type Facts, problemRules } from '../../src/core/errors.ts'
import { catalogue as models } from '../../src/core/models.ts'
import { charges, type Operation } from '../../src/core/operation.ts'
import { en } from '../../src/core/wording/en.ts'
import { describeError, describeProblem, languages, money, span } from '../../src/core/wording.ts'
import { someRequest } from '../some-request.ts'

/** What is left where a placeholder found nothing to say, or where a value was no value. */
const gap = /[{}]|undefined|null|NaN| {2}| [.,;:!?)]|^[ :]| $|[“„«「][ \u00a0]*[”“»」]|\(\s*\)|:[ \u00a0]*[.。]/

const factsOf: Readonly<Record<ErrorCode, Facts>> = {
  invalid_request: {},
  not_found: {},
  forbidden: {},
  not_now: { priceMicros: 800_000, limit: 3000 },
  over_budget: {
    scope: 'requester',
    limitMicros: 1_000_000,
    leftMicros: 200_000,
    priceMicros: 800_000,
    renews: '2027-01-01',
  },
  too_many_in_flight: { limit: 1 },
  paused: {},
  busy: { seconds: 5 },
  declined: { admin: 'Otto' },
  cancelled: { priceMicros: 800_000 },
  blocked_by_safety: {},
  interrupted: { priceMicros: 800_000 },
  timed_out: { minutes: 15 },
  quota_exceeded: { limit: 'rate' },
  billing: { status: 400 },
  bad_key: { status: 403 },
  unreachable: {},
  model_retired: { model: 'veo-3.1-generate-preview', successor: 'gemini-omni-1.1-flash' },
  lost_operation: { status: 404 },
  no_video: {},
  bad_image: { why: 'too_large', limit: '20 MB', name: 'a.png' },
  bad_video: { why: 'truncated' },
  storage: { reason: 'ENOSPC' },
  google_error: { googleCode: 13 },
  internal: {},
}

function named(prefix: string): readonly string[] {
  return Object.keys(en)
    .filter((key) => key.startsWith(prefix))
    .map((key) => key.slice(prefix.length))
}

/** Each code with its usual facts, and with whatever makes its sentence another one. */
function failures(): readonly { code: ErrorCode; facts: Facts }[] {
  const usual = errorCodes.map((code) => ({ code, facts: factsOf[code] }))
  const variants = Object.keys(en).flatMap((key) => {
    const [, code, variant] = /^error\.(\w+)\.(\w+)\.text$/.exec(key) ?? []
    const known = errorCodes.find((each) => each === code)
    return known && variant ? [{ code: known, facts: { ...factsOf[known], variant } }] : []
  })
  const images = named('image.').map((why) => ({ code: 'bad_image' as const, facts: { ...factsOf.bad_image, why } }))
  const refusals = named('safety.').flatMap((category) => [
    { code: 'blocked_by_safety' as const, facts: { category } },
    { code: 'blocked_by_safety' as const, facts: { category, supportCode: '58061214' } },
  ])
  const budgets = named('budget.').map((scope) => ({
    code: 'over_budget' as const,
    facts: { ...factsOf.over_budget, scope },
  }))
  const gone = { code: 'model_retired' as const, facts: { model: 'veo-2' } }
  return [
    ...usual,
    ...variants,
    ...images,
    ...refusals.filter(({ facts }) => facts.category !== 'code'),
    ...budgets,
    gone,
  ]
}

const row: Operation = {
  ...acceptedAs({
    id: '01JD0000000000000000000000',
    eventId: 'discord:1',
    hold: null,
    request: someRequest({ negativePrompt: 'cartoon', seed: 7 }),
    parentId: null,
    relation: null,
    requester: 'discord:anna',
    requesterName: 'Anna',
    workspace: 'discord:guild',
    thread: 'discord:channel',
    locale: 'en',
    private: false,
    priceMicros: 800_000,
    charge: 'reserved',
    createdAt: 0,
    announceDueAt: 0,
  }),
  version: 1,
}
const now = 125_000
const context: CardContext = {
  now,
  position: null,
  expectedAt: null,
  chainMicros: 1_600_000,
  retentionDays: 2,
  paused: false,
  suggests: true,
}
const begun = { ...row, status: 'processing', startingAt: 1_000, startedAt: 2_000 } as const
const done = { ...begun, status: 'completed', finishedAt: 50_000, videoFile: 'v.mp4', charge: 'settled' } as const

interface Life {
  readonly life: string
  readonly operation: Operation
  readonly special?: Partial<CardContext>
}

/** An Operation at every point of its life, with all that changes what is said about it. */
const lives: readonly Life[] = [
  { life: 'held', operation: { ...row, hold: 'approval' } },
  { life: 'next', operation: row },
  { life: 'behind others', operation: row, special: { position: 4 } },
  { life: 'behind a crowd', operation: row, special: { position: 1_000 } },
  { life: 'tried again', operation: { ...row, attempts: 1 } },
  { life: 'refused for now', operation: { ...row, errorFacts: { refusals: 3 } } },
  { life: 'paused', operation: row, special: { paused: true } },
  { life: 'approved', operation: { ...row, decidedBy: 'Otto' } },
  { life: 'starting', operation: { ...row, startingAt: 1_000 } },
  { life: 'cancelled while starting', operation: { ...row, startingAt: 1_000, errorFacts: { unwanted: 1 } } },
  { life: 'generating', operation: begun, special: { expectedAt: 90_000 } },
  { life: 'generating for longer than usual', operation: begun },
  { life: 'generating in trouble', operation: { ...begun, attempts: 2 } },
  { life: 'saving', operation: { ...begun, seenDoneAt: 40_000 } },
  { life: 'saving in trouble', operation: { ...begun, seenDoneAt: 40_000, attempts: 1 } },
  ...charges.map((charge) => ({ life: `completed, ${charge}`, operation: { ...done, charge } })),
  { life: 'a draft', operation: { ...done, request: { ...done.request, draft: { model: 'x', resolution: '1080p' } } } },
  ...[{}, { gone: 1 }].map((errorFacts) => ({
    life: `given up ${JSON.stringify(errorFacts)}`,
    operation: { ...begun, status: 'error' as const, handle: 'v1_1', errorCode: 'lost_operation' as const, errorFacts },
  })),
  { life: 'retired', operation: { ...done, deliveredAt: 50_000, retiredAt: 60_000 } },
  { life: 'gone', operation: { ...done, retiredAt: 60_000 } },
  {
    life: 'retired with what it was made of',
    operation: { ...done, retiredAt: 60_000, request: { ...done.request, builds: 'extend', buildsOn: 'x' } },
  },
  { life: 'removed', operation: { ...done, removedAt: 60_000, request: { ...done.request, prompt: '' } } },
  ...named('delivery.')
    .filter((problem) => problem !== 'elsewhere')
    .map((problem) => ({ life: `delivered: ${problem}`, operation: { ...done, deliveryProblem: problem } })),
  ...failures().map(({ code, facts }) => ({
    life: `${code} ${JSON.stringify(facts)}`,
    operation: { ...row, status: 'error' as const, errorCode: code, errorFacts: facts, finishedAt: 9_000 },
  })),
]

describe.each(languages)('said in %s', (language) => {
  it.each(failures())('$code $facts has a title and says what it means, whole', ({ code, facts }) => {
    const { title, text } = describeError({ code, facts }, language)
    expect(title).not.toBe('')
    expect(title).not.toMatch(gap)
    expect(text).not.toMatch(gap)
    expect(text).toMatch(/[.。]$/)
  })

  it.each(problemRules)('a problem of the rule %s is a whole sentence', (rule) => {
    const facts = { tokens: 1300, limit: 1024, model: 'Veo 3.1 Lite' }
    for (const field of named('name.')) {
      for (const accepted of [[], ['720p', '1080p']]) {
        const needsChoice = rule === 'too_many' && accepted.length === 0
        const problem = { field, given: 'abc', accepted: needsChoice ? ['3'] : accepted, rule, facts }
        const sentence = describeProblem(problem, language)
        expect(sentence).not.toMatch(gap)
        expect(sentence).toMatch(/[.。]$/)
      }
    }
  })

  it.each(lives)('the card of an Operation that is $life is whole', ({ operation, special }) => {
    const card = cardOf(operation, { ...context, ...special }, language)
    const fields = card.fields.flatMap(({ label, value }) => [label, value])
    const labels = card.buttons.map(({ label }) => label)
    const line = summaryOf(operation, now, language)
    for (const told of [card.title, card.text, line, ...fields, ...labels]) {
      expect(told).not.toBe('')
      expect(told).not.toMatch(gap)
    }
    expect(card.text).toMatch(/[.。]$/)
    expect(line).not.toMatch(/[.。]{2}|\.。/)
    expect(new Set(labels).size).toBe(labels.length)
  })

  it('every choice of a model and size fits, with its price', () => {
    const lists = (['model', 'aspectRatio', 'resolution', 'durationSeconds'] as const).map((field) =>
      choicesFor(field, models, {}, language),
    )
    const labels = [...lists.flat(), ...sizeChoices(models, {}, 1000, language)].map(({ label }) => label)
    expect(labels.length).toBeGreaterThan(20)
    expect(labels.filter((label) => label.length > 75 || gap.test(label))).toEqual([])
  })

  it('admins are asked and told in whole sentences', () => {
    const held: Operation = { ...row, hold: 'approval' }
    const declined = { ...row, status: 'error', errorCode: 'declined', errorFacts: { admin: 'Otto' } } as const
    for (const operation of [held, row, { ...row, decidedBy: 'Otto' }, { ...declined, decidedBy: 'Otto' }]) {
      const { title, text } = adminCardOf(operation, language)
      expect(title).not.toMatch(gap)
      expect(text).not.toMatch(gap)
    }
  })

  it('times are told in seconds, and in minutes once those are shorter', () => {
    expect(span(48, language)).toContain('48')
    expect(span(125, language)).toMatch(/^2\D+5\D+$/)
  })
})

it('money has at least cents, and a third digit where it matters', () => {
  expect([3_200_000, 34_000, -800_000, 0].map(money)).toEqual(['$3.20', '$0.034', '-$0.80', '$0.00'])
})
