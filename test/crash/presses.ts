import type { Action } from '../../src/core/card.ts'
import { actionLabel, say } from '../../src/core/wording.ts'
import { carol as slackAdmin, alice as slackUser } from '../slack/open.ts'
import type { Chat, City, Life } from './city.ts'
import type { People, Wish } from './people.ts'

export const deeds = ['cancel', 'again', 'edit_prompt', 'approve', 'decline', 'delete'] as const satisfies Action[]
/** A button of one of the chats. */
export interface Button {
  readonly chat: Chat
  readonly deed: (typeof deeds)[number]
}

/** What is pressed on an Operation that waits for an admin; the others on a finished one. */
const onHeld: ReadonlySet<string> = new Set(['cancel', 'approve', 'decline'])
const byAdmins: ReadonlySet<string> = new Set(['approve', 'decline'])

/** One person in front of one button, who presses it until an answer, or what it does, can be seen. */
export class Press {
  readonly button: Button
  /** The request that the button is about. */
  readonly parent: Wish
  readonly channel: string
  /** What the new video of `edit_prompt` is asked to show. */
  readonly words: string
  /** The id of that request's row. */
  row = ''
  times = 0
  answered = false
  readonly #people: People
  /** How many messages of the bot stood there before the first press. */
  #before = 0
  /** Discord's interactions that are under way: one that was not answered, and the form that is open. */
  #unanswered: string | null = null
  #form: string | null = null

  constructor(people: People, button: Button, parent: Wish) {
    this.#people = people
    this.button = button
    this.parent = parent
    this.channel = parent.channel ?? ''
    this.words = `${parent.prompt} in other words`
  }

  /** Makes the request of the button's Operation. */
  static async open(people: People, life: Life, button: Button): Promise<Press> {
    const front = button.chat === 'discord' ? 'discord command' : 'slack mention'
    const dear = onHeld.has(button.deed)
    return new Press(people, button, await people.request(life, front, { death: null, dear }))
  }

  /** Whether the button is there to be pressed. */
  async isOffered(): Promise<boolean> {
    return (await this.#place()) !== null
  }

  /** Presses once, unless what it does can be seen; resolves when an answer was seen or the life is over. */
  async press(life: Life): Promise<void> {
    if (this.times === 0) this.#before = await this.#count()
    if (this.times > 0 && (await this.#isSeen())) {
      this.answered = true
      return
    }
    this.times += 1
    this.answered = await (this.button.chat === 'discord' ? this.#pressOnDiscord(life) : this.#pressOnSlack(life))
  }

  get #label(): string {
    return actionLabel(this.button.deed, 'en')
  }

  get #city(): City {
    return this.#people.city
  }

  /** Whether the thread shows what the press was for. */
  async #isSeen(): Promise<boolean> {
    const makesNew = this.button.deed === 'again' || this.button.deed === 'edit_prompt'
    return makesNew ? (await this.#count()) > this.#before : !(await this.isOffered())
  }

  async #count(): Promise<number> {
    if (this.button.chat === 'slack') return (await this.#city.slack.controls.messages(this.channel)).length
    const messages = await this.#city.discord.controls.messages(this.channel)
    return messages.filter((each) => each.ephemeralFor === null).length
  }

  /** The message that has the button, and the button's custom id on Discord. */
  async #place(): Promise<{ readonly message: string; readonly id: string } | null> {
    const { discord, slack } = this.#city
    if (this.button.chat === 'slack') {
      const label = `"text":${JSON.stringify(this.#label)}`
      const found = (await slack.controls.messages(this.channel)).find(({ blocks }) => blocks.includes(label))
      return found ? { message: found.ts, id: '' } : null
    }
    for (const { id: message } of await discord.controls.messages(this.channel)) {
      const id = await this.#idOn(message, this.#label)
      if (id !== null) return { message, id }
    }
    return null
  }

  async #idOn(message: string, label: string): Promise<string | null> {
    const shown = await this.#city.discord.controls.message(message)
    const parts = shown?.now.components.flatMap((row) => row.components) ?? []
    return parts.find((part) => part.type === 2 && part.label === label)?.custom_id ?? null
  }

  async #pressOnSlack(life: Life): Promise<boolean> {
    const { controls } = this.#city.slack
    const user = byAdmins.has(this.button.deed) ? slackAdmin : slackUser
    const asks = this.button.deed === 'edit_prompt'
    // A form that could not be sent off stays open.
    const sent = asks ? await this.#sendForm() : null
    if (sent !== null) return sent
    const place = await this.#place()
    if (place === null) return false
    const on = { channel: this.channel, ts: place.message, label: this.#label, user }
    const { acknowledged } = await controls.press(on)
    if (!acknowledged || this.button.deed === 'again') return acknowledged
    if (asks) return (await this.#awaited(life, () => this.#sendForm())) ?? false
    // Slack acknowledges also what is refused, with a sentence to one person alone: what counts is what the message shows.
    return (await this.#awaited(life, async () => ((await this.isOffered()) ? null : true))) ?? false
  }

  #sendForm(): Promise<boolean | null> {
    return this.#city.slack.controls.submitForm(this.row, { prompt: this.words })
  }

  async #pressOnDiscord(life: Life): Promise<boolean> {
    const { controls } = this.#city.discord
    const act = {
      user: byAdmins.has(this.button.deed) ? this.#people.admin : this.#people.member,
      channel: this.channel,
    }
    // What was not answered may be handed over once more by the platform itself.
    if (this.#unanswered !== null) await controls.repeat(this.#unanswered)
    if (this.#form !== null) return this.#isAnswered(life, await this.#send(act, this.#form))
    const place = await this.#place()
    if (place === null) return false
    const pressed = await controls.press(act, place.message, place.id)
    if (!(await this.#isAnswered(life, pressed))) return false
    if (this.button.deed === 'edit_prompt') {
      this.#form = pressed
      return this.#isAnswered(life, await this.#send(act, pressed))
    }
    if (this.button.deed !== 'delete') return true
    const asked = (await controls.interaction(pressed))?.messageId ?? ''
    const sure = await this.#idOn(asked, say('en', 'chat.delete.yes'))
    return sure !== null && this.#isAnswered(life, await controls.press(act, asked, sure))
  }

  #send(act: { user: string; channel: string }, form: string): Promise<string> {
    return this.#city.discord.controls.submitModal(act, form, { [say('en', 'form.prompt.label')]: this.words })
  }

  async #isAnswered(life: Life, interaction: string): Promise<boolean> {
    this.#unanswered = interaction
    const answer = await this.#awaited(
      life,
      async () => (await this.#city.discord.controls.interaction(interaction))?.answer ?? null,
    )
    if (answer !== null) this.#unanswered = null
    return answer !== null
  }

  /** What there is to be seen, before people give up or the life is over; else null. */
  async #awaited<T>(life: Life, look: () => Promise<T | null>): Promise<T | null> {
    const patience = Date.now() + 3_000
    let over = false
    void life.ended.then(() => {
      over = true
    })
    for (;;) {
      const last = over || Date.now() > patience
      const seen = await look()
      if (seen !== null || last) return seen
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
  }
}
