import { isFinal, type Operation } from '../../src/core/operation.ts'
import { type Step, steps } from '../../src/core/steps.ts'
import { type Chat, City, chats, type Death, type Life } from './city.ts'
import { type Front, fronts, People, type Wish } from './people.ts'
import { type Button, deeds, Press } from './presses.ts'
import { filesOf, judge } from './verdict.ts'

/** One round: a life of the service, what is asked of it and pressed in it, and how it ends. */
export interface Round {
  readonly death: Exclude<Death, null>
  readonly asked: readonly Front[]
  readonly pressed: readonly Button[]
}

export interface Result {
  readonly kills: number
  readonly requests: number
  /** Buttons that were pressed, and how often altogether. */
  readonly buttons: number
  readonly presses: number
  readonly completed: number
  readonly interrupted: number
  /** Requests that there is no row of: the process was dead before. */
  readonly refused: number
  /** Rounds in which the service never got to where it was to be killed, and was killed elsewhere. */
  readonly late: readonly string[]
  /** A sentence for each thing that is not as promised. */
  readonly wrong: readonly string[]
}

/** Whoever saw no answer looks at the thread for so long before pressing again, in milliseconds. */
const reaction = 1_000
/** How often somebody presses a button in the end that does not answer. */
const enough = 5

/**
 * Lives through all rounds in one city, lets the last life bring everything to its end, and judges. What the buttons are
 * about is made in the first life: where there are buttons, that one dies of a press, which no request comes to.
 */
export async function live(rounds: readonly Round[], tell: (line: string) => void = () => {}): Promise<Result> {
  const city = await City.open(chatsOf(rounds))
  try {
    const people = await People.of(city)
    const wanted = rounds.flatMap(({ pressed }) => pressed)
    const presses: Press[] = []
    const waiting: Press[] = []
    const late: string[] = []
    for (const round of rounds) {
      const life = await city.start(round.death)
      await people.reachable(life)
      if (presses.length < wanted.length) {
        presses.push(...(await prepare(people, wanted, life)))
        waiting.push(...presses)
      }
      await pressAgain(presses, life)
      const pressing = waiting.splice(0, round.pressed.length).map((press) => press.press(life))
      await Promise.all([
        ...pressing,
        ...round.asked.map((front) => people.ask(life, front, deathOf(front, round.death))),
        diesByItself(life, patienceWith(round)).then((so) => so || mayBeTaken(round) || late.push(describe(round))),
      ])
      tell(`${city.kills}: ${describe(round)}`)
    }
    await letEnd(people, presses)
    await tidyUp(city)
    const books = await city.books()
    const prompts = new Set(books.operations.map(({ request }) => request.prompt))
    const counted = (code: string | null) => books.operations.filter((each) => each.errorCode === code).length
    return {
      kills: city.kills,
      requests: people.wishes.length,
      buttons: presses.length,
      presses: presses.reduce((sum, { times }) => sum + times, 0),
      completed: counted(null),
      interrupted: counted('interrupted'),
      refused: people.wishes.filter(({ prompt }) => !prompts.has(prompt)).length,
      late,
      wrong: await judge(city, people.wishes, books, await city.files(), presses),
    }
  } finally {
    await city.close()
  }
}

/** Where anything is asked or pressed; a service that is told of no other chat starts sooner. */
function chatsOf(rounds: readonly Round[]): readonly Chat[] {
  const fronts = rounds.flatMap(({ asked, pressed }) => [...asked, ...pressed.map(({ chat }) => chat)])
  return chats.filter((chat) => fronts.some((front) => front.startsWith(chat)))
}

interface Pressing {
  readonly buttons: readonly Button[]
  /** Buttons that are stored at the same step may be pressed in the same life: so many; one unless told. */
  readonly atOnce?: number
  readonly random: number
}

/** These steps once each, with these requests; each of these buttons; and then kills at moments that nobody chose. */
export function everyStep(
  asked: readonly Front[],
  line: readonly Step[],
  { buttons, random, atOnce = 1 }: Pressing,
): readonly Round[] {
  const along = line.map((at): Round => ({ death: { at }, asked, pressed: [] }))
  const presses = [...Map.groupBy(buttons, ({ deed }) => stepOf[deed])].flatMap(([at, same]) =>
    inGroups(same, atOnce).map((pressed): Round => ({ death: { at }, asked: [], pressed })),
  )
  const moments = Array.from({ length: random }, (_, index): Round => {
    const button = buttons[index % buttons.length]
    return { death: { after: Math.random() * 1500 }, asked: fronts, pressed: button ? [button] : [] }
  })
  return [...presses.slice(0, 1), ...along, ...presses.slice(1), ...moments]
}

function inGroups<T>(all: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, group) => all.slice(group * size, (group + 1) * size))
}

/** All buttons of these chats. */
export function buttonsOf(...of: readonly Button['chat'][]): readonly Button[] {
  return of.flatMap((chat) => deeds.map((deed) => ({ chat, deed })))
}

/** Where a press is stored and not yet answered. */
const stepOf: Readonly<Record<Button['deed'], Step>> = {
  again: 'accepted',
  edit_prompt: 'accepted',
  cancel: 'cancelled',
  approve: 'decided',
  decline: 'decided',
  delete: 'removed',
}

function describe({ death, asked, pressed }: Round): string {
  const buttons = pressed.map(({ chat, deed }) => `${deed} on ${chat}`)
  return `${JSON.stringify(death)} with ${[...asked, ...buttons].join(', ')}`
}

/** Has the Operations of these buttons made in this life. */
async function prepare(people: People, buttons: readonly Button[], life: Life): Promise<readonly Press[]> {
  const presses = await Promise.all(buttons.map((button) => Press.open(people, life, button)))
  await until(async () => (await Promise.all(presses.map((press) => press.isOffered()))).every(Boolean))
  const { operations } = await people.city.books()
  for (const press of presses)
    press.row = operations.find(({ request }) => request.prompt === press.parent.prompt)?.id ?? ''
  return presses
}

/** Whoever pressed and saw no answer looks whether it did anything, and presses again. */
async function pressAgain(presses: readonly Press[], life: Life): Promise<void> {
  const unanswered = presses.filter(({ times, answered }) => times > 0 && !answered)
  if (unanswered.length === 0) return
  await new Promise((resolve) => setTimeout(resolve, reaction))
  await Promise.all(unanswered.map((press) => press.press(life)))
}

/** The last life: everybody sees how it ends. */
async function letEnd(people: People, presses: readonly Press[]): Promise<void> {
  const { city, wishes } = people
  const life = await city.start()
  await people.reachable(life)
  for (let turn = 0; turn < enough; turn += 1) await pressAgain(presses, life)
  const isTyped = ({ front }: Wish) => front === 'terminal'
  await Promise.all([
    ...wishes.filter((wish) => !isTyped(wish)).map((wish) => wish.again(life)),
    inTurn(wishes.filter(isTyped), (wish) => wish.again(life)),
  ])
  await settled(city)
  life.kill('SIGTERM')
  await life.ended
}

/** One after the other: one process more is enough for one machine. */
async function inTurn<T>(all: readonly T[], act: (each: T) => Promise<void>): Promise<void> {
  for (const each of all) await act(each)
}

/** What kills left half-written goes at a start, once it is old. */
async function tidyUp(city: City): Promise<void> {
  await city.age()
  const life = await city.start()
  await swept(city)
  life.kill('SIGTERM')
  await life.ended
}

/** Steps that a process at the terminal comes to: it has no thread. */
const threadless: readonly Step[] = steps.slice(0, steps.indexOf('completed') + 1)
/** Steps that core takes in the same way whoever asked. */
export const ofCore: readonly Step[] = threadless.slice(1)
/** Steps in which a front end has its part. */
export const ofFronts: readonly Step[] = steps.filter((step) => !ofCore.includes(step))

/** At the terminal the command's own process dies, where it comes to the place; otherwise somebody presses Ctrl-C. */
function deathOf(front: Front, death: Round['death']): Death {
  return front === 'terminal' && ('after' in death || threadless.includes(death.at)) ? death : null
}

/** The process at the terminal may take the step of any Operation before the service does. */
function mayBeTaken({ asked }: Round): boolean {
  return asked.includes('terminal')
}

/** For how many milliseconds a life may go on; where its step may be taken, waiting for it is mostly in vain. */
function patienceWith(round: Round): number {
  return mayBeTaken(round) ? 5_000 : 20_000
}

/** Whether the life ended in time and where it was to; otherwise it is killed here. */
async function diesByItself(life: Life, patience: number): Promise<boolean> {
  let inTime = true
  const impatient = setTimeout(() => {
    inTime = false
    life.kill('SIGKILL')
  }, patience)
  await life.ended
  clearTimeout(impatient)
  return inTime
}

/** Waits until every Operation has ended and its thread says so. */
export async function settled(city: City): Promise<void> {
  await until(async () => (await city.books()).operations.every(isOver))
}

function isOver({ status, thread, deliveredMessage, announcedVersion, version }: Operation): boolean {
  return isFinal(status) && (thread === null || (deliveredMessage !== null && announcedVersion === version))
}

async function swept(city: City): Promise<void> {
  const { operations } = await city.books()
  const owned = new Set(operations.filter(({ retiredAt }) => retiredAt === null).flatMap(filesOf))
  await until(async () => (await city.files()).every((file) => owned.has(file)))
}

/** Gives up after a while: what is not so then is told by the verdict. */
async function until(so: () => Promise<boolean>): Promise<void> {
  const patience = Date.now() + 90_000
  while (Date.now() < patience && !(await so())) await new Promise((resolve) => setTimeout(resolve, 100))
}
