import { Installation } from '../../flows/service.ts'
import { alice, bob, carol, general, openSlack, slackEnvironment } from '../../slack/open.ts'
import { type Json, latest, type Message } from '../../slack/stand-in/workspace.ts'
import { shownBy } from './text.ts'

/** What one message showed at one moment. */
export interface SlackMoment {
  readonly author: string
  /** Milliseconds since 1970. */
  readonly at: number
  readonly text: string
  readonly blocks: readonly Json[]
}

/** What people saw of Dailies, as Slack recorded it. */
export interface SlackScene {
  readonly names: ReadonlyMap<string, string>
  readonly asked: SlackMoment
  readonly accepted: SlackMoment
  readonly running: SlackMoment
  /** The status message in the end, and the message with the video. */
  readonly done: SlackMoment
  readonly video: SlackMoment
  readonly film: Uint8Array
  readonly refusedAsked: SlackMoment
  readonly refused: SlackMoment
  readonly refusal: SlackMoment
  readonly operations: SlackMoment
  readonly opened: SlackMoment
  readonly form: Json
}

const lion = 'A lion walks through dry grass at sunset, slow camera beside it'
const people = { [alice]: 'Alice', [bob]: 'Bob', [carol]: 'Carol' }

/** Plays it: the real service between a stand-in of Slack and a rehearsal of Google. */
export async function playSlack(): Promise<SlackScene> {
  const installation = await Installation.open(4, 'rendered')
  const slack = await openSlack('socket')
  const names = new Map([...Object.entries(people), [slack.space.botUser, 'Dailies']])
  const shown = (message: Message, version = latest(message)): SlackMoment => ({
    author: names.get(message.user) ?? message.user,
    at: version.at,
    text: version.text,
    blocks: version.blocks,
  })
  try {
    await installation.start({ env: slackEnvironment(slack, 'socket') })
    await shownBy('the connection', () => slack.socket.connected > 0)

    const ask = async (user: string, text: string, ending: string) => {
      const { message } = slack.people.mention({ channel: general, user, text })
      return shownBy(`“${ending}”`, () => {
        const [asked, status, outcome] = slack.space.thread(general, message.ts)
        if (!asked || !status || !outcome || !latest(status).text.includes(ending)) return null
        return { asked, status, outcome }
      })
    }
    const made = await ask(alice, `${lion} 16:9 8s`, 'ready')
    await ask(bob, 'A paper boat sails down a gutter in spring sun', 'ready')
    const refused = await ask(bob, 'A duel of two knights in the rain, rehearse: safety', 'refused')

    const whispered = (count: number) => shownBy('a whisper', () => slack.space.ephemerals[count])
    await slack.people.slash({ command: '/operations', channel: general, user: carol })
    const list = await whispered(0)
    await slack.people.press(list, 'Open one…', carol)
    const opened = await whispered(1)
    await slack.people.slash({ command: '/video', channel: general, user: alice })
    const view = await shownBy('the form', () => [...slack.space.views.values()].find((each) => each.kind === 'modal'))
    await slack.people.choose(view, 'v1:form:resolution', '1080p', { prompt: lion })
    await shownBy('the new price', () => view.history.length > 1)

    const running = made.status.history.find((each) => each.text.startsWith('Google is making'))
    const [accepted] = made.status.history
    const [film] = made.outcome.files
    if (!accepted || !running || !film) throw new Error('the story is not whole')
    const alone = { author: 'Dailies', at: Date.now() }
    return {
      names,
      asked: shown(made.asked),
      accepted: shown(made.status, accepted),
      running: shown(made.status, running),
      done: shown(made.status),
      video: shown(made.outcome),
      film: film.bytes,
      refusedAsked: shown(refused.asked),
      refused: shown(refused.status),
      refusal: shown(refused.outcome),
      operations: { ...list, ...alone },
      opened: { ...opened, ...alone },
      form: view.view,
    }
  } finally {
    await installation.close()
    await slack.stop()
  }
}
