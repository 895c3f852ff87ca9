import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { asVideoError } from '../../src/core/errors.ts'
import type { Person } from '../../src/core/ports/commands.ts'
import { type House, openGround, openHouse, person, until } from '../faults/house.ts'

/** A video of the model in use costs $0.80; so many fit into the limits below. */
const priceMicros = 800_000

describe('the host’s money', () => {
  let ground: Awaited<ReturnType<typeof openGround>>
  let house: House
  const open = async (policy: Parameters<typeof openHouse>[0]['policy']) => {
    ground = await openGround()
    house = await openHouse({ folder: ground.folder, googleUrl: ground.google.url, policy: policy ?? {} })
  }
  beforeEach(() => open({ requesterDailyMicros: 3 * priceMicros, totalMonthlyMicros: 10 * priceMicros }))
  afterEach(async () => {
    await house.close()
    await ground.close()
  })

  const ask = (eventId: string, who: Person = person) =>
    house.commands
      .submit({
        eventId,
        person: who,
        thread: 'test:thread',
        private: false,
        input: { prompt: eventId, model: 'veo-3.1-fast-generate-preview' },
      })
      .catch(asVideoError)
  const codes = (outcomes: readonly unknown[]) =>
    outcomes.filter((each) => each instanceof Error).map((each) => asVideoError(each).code)

  it('a hundred requests at once spend no more than the budget of one person', async () => {
    const outcomes = await Promise.all(Array.from({ length: 100 }, (_, n) => ask(`test:${n}`)))
    expect(codes(outcomes)).toEqual(Array.from({ length: 97 }, () => 'over_budget'))
    await house.begin()
    await until(() => expect(ground.google.starts).toHaveLength(3))
    expect(await house.core.store.auditBooks()).toEqual([])
  })

  it('fifty people at once spend no more than the budget of all', async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 50 }, (_, n) => ask(`test:${n}`, { ...person, id: `test:person-${n}` })),
    )
    expect(codes(outcomes)).toHaveLength(40)
  })

  it('one event, delivered a hundred times at once and again after it is done, is one video', async () => {
    const outcomes = await Promise.all(Array.from({ length: 100 }, () => ask('test:the-same')))
    expect(codes(outcomes)).toEqual([])
    await house.begin()
    await until(async () =>
      expect(await house.core.store.getByEventId('test:the-same')).toMatchObject({ status: 'completed' }),
    )
    await ask('test:the-same')
    expect(ground.google.starts).toHaveLength(1)
    expect((await house.core.store.list({}, null, 10)).operations).toHaveLength(1)
  })

  it('what is refused, cancelled or fails for free gives its reservation back, so that budgets cannot be used up by it', async () => {
    const accepted = await Promise.all([1, 2, 3].map((n) => ask(`test:${n}`)))
    for (const each of accepted) if (!(each instanceof Error)) await house.commands.cancel(each.operation.id, person)
    expect(codes(await Promise.all([4, 5, 6].map((n) => ask(`test:${n}`))))).toEqual([])
    expect(await house.core.store.auditBooks()).toEqual([])
  })
})
