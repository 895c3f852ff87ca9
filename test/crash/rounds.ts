import { isFinal, type Operation } from '../../src/core/operation.ts'
import { type Step, steps } from '../../src/core/steps.ts'
import { City, type Death, type Life } from './city.ts'
import { type Front, fronts, People } from './people.ts'
import { filesOf, judge } from './verdict.ts'

/** One round: a life of the service, what is asked of it, and how it ends. */
export interface Round {
  readonly death: Exclude<Death, null>
  readonly asked: readonly Front[]
}

export interface Result {
  readonly kills: number
  readonly requests: number
  readonly completed: number
  readonly interrupted: number
  /** Rounds in which the service never got to where it was to be killed, and was killed elsewhere. */
  readonly late: readonly string[]
  /** A sentence for each thing that is not as promised. */
  readonly wrong: readonly string[]
}

/** Lives through all rounds in one city, lets the last life bring everything to its end, and judges. */
export async function live(rounds: readonly Round[], tell: (line: string) => void = () => {}): Promise<Result> {
  const city = await City.open()
  try {
    const people = await People.of(city)
    const late: string[] = []
    for (const round of rounds) {
      const life = await city.start(round.death)
      await people.reachable(life)
      await Promise.all(round.asked.map((front) => people.ask(life, front, deathOf(front, round.death))))
      tell(`${city.kills + 1}: ${JSON.stringify(round.death)} with ${round.asked.join(', ')}`)
      if (!(await diesByItself(life))) late.push(JSON.stringify(round))
    }
    const last = await city.start()
    await people.reachable(last)
    const unseen = people.wishes.filter((wish) => wish.front !== 'terminal')
    await Promise.all(unseen.map((wish) => wish.again(last)))
    tell('everything is asked for')
    await settled(city)
    tell('everything has ended')
    for (const wish of people.wishes) if (wish.front === 'terminal') await wish.again(last)
    last.kill('SIGTERM')
    await last.ended
    // What kills left half-written goes at a start, once it is old.
    await city.age()
    const tidy = await city.start()
    await swept(city)
    tidy.kill('SIGTERM')
    await tidy.ended
    const books = await city.books()
    const counted = (code: string | null) => books.operations.filter((each) => each.errorCode === code).length
    return {
      kills: city.kills,
      requests: people.wishes.length,
      completed: counted(null),
      interrupted: counted('interrupted'),
      late,
      wrong: await judge(city, people.wishes, books, await city.files()),
    }
  } finally {
    await city.close()
  }
}

/** Each step of the line once, with these requests, and then `random` kills at moments that nobody chose, with all. */
export function everyStep(asked: readonly Front[], random: number): readonly Round[] {
  const moments = Array.from({ length: random }, () => ({ death: { after: Math.random() * 1500 }, asked: fronts }))
  return [...steps.map((at) => ({ death: { at }, asked })), ...moments]
}

/** Steps that a process at the terminal comes to: it has no thread. */
const threadless: readonly Step[] = steps.slice(0, steps.indexOf('completed') + 1)

/** At the terminal the command's own process dies, where it comes to the place; otherwise somebody presses Ctrl-C. */
function deathOf(front: Front, death: Round['death']): Death {
  return front === 'terminal' && ('after' in death || threadless.includes(death.at)) ? death : null
}

/** Whether the life ended where it was to; otherwise it is killed here. */
async function diesByItself(life: Life): Promise<boolean> {
  let inTime = true
  const impatient = setTimeout(() => {
    inTime = false
    life.kill('SIGKILL')
  }, 20_000)
  await life.ended
  clearTimeout(impatient)
  return inTime
}

/** Waits until every Operation has ended and its thread says so. */
export async function settled(city: City): Promise<void> {
  await until(async () => {
    const { operations } = await city.books()
    return operations.every(
      (each) => isFinal(each.status) && (each.thread === null || (each.deliveredMessage !== null && isTold(each))),
    )
  })
}

function isTold({ announcedVersion, version }: Operation): boolean {
  return announcedVersion === version
}

async function swept(city: City): Promise<void> {
  const { operations } = await city.books()
  const owned = new Set(operations.flatMap(filesOf))
  await until(async () => (await city.files()).every((file) => owned.has(file)))
}

/** Gives up after a while: what is not so then is told by the verdict. */
async function until(so: () => Promise<boolean>): Promise<void> {
  const patience = Date.now() + 90_000
  while (Date.now() < patience && !(await so())) await new Promise((resolve) => setTimeout(resolve, 100))
}
