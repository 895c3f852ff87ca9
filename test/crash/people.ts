import { request } from 'undici'
import { alice as slackUser } from '../slack/house.ts'
import type { City, Life } from './city.ts'

export const fronts = ['web', 'discord command', 'discord mention', 'slack mention', 'slack command'] as const
export type Front = (typeof fronts)[number]

/** One request as the one who asked knows it; the prompt is unlike every other. */
export interface Wish {
  readonly front: Front
  readonly prompt: string
  /** A Discord or Slack channel of its own; null on the web. */
  readonly channel: string | null
  /** Whether the platform, as the person saw it, took it: then it has to come to an end. */
  readonly wasTaken: () => boolean
  /** What remains to be done by a person whose connection broke before the answer: asks once more under the same key. */
  readonly again: (life: Life) => Promise<void>
}

/** The people of a city. */
export class People {
  readonly wishes: Wish[] = []
  readonly #city: City
  readonly #guild: string
  readonly #member: string

  constructor(city: City) {
    this.#city = city
    const { controls } = city.discord
    this.#guild = controls.addGuild('Crash')
    this.#member = controls.addUser('Alice')
    controls.addMember(this.#guild, this.#member)
  }

  /** Resolves once every front end of this life can be reached. */
  async reachable(life: Life): Promise<void> {
    let over = false
    void life.ended.then(() => {
      over = true
    })
    while (!over && !this.#city.connected) await new Promise((resolve) => setTimeout(resolve, 10))
  }

  ask(life: Life, front: Front): Wish {
    const prompt = `wish ${this.wishes.length + 1} on ${front}`
    const wish = this.#by[front](life, prompt)
    this.wishes.push(wish)
    return wish
  }

  readonly #by: Readonly<Record<Front, (life: Life, prompt: string) => Wish>> = {
    web: (life, prompt) => {
      let taken = false
      const send = async (at: Life) => {
        if (!taken) taken = (await post(at, prompt)) === 202
      }
      void send(life)
      return { front: 'web', prompt, channel: null, wasTaken: () => taken, again: send }
    },
    'discord command': (_, prompt) => {
      const { controls } = this.#city.discord
      const channel = controls.addChannel(this.#guild)
      const id = controls.slash({ user: this.#member, channel }, 'video', { prompt })
      const wasTaken = () => controls.interaction(id)?.answer === 4
      return { front: 'discord command', prompt, channel, wasTaken, again: async () => {} }
    },
    'discord mention': (_, prompt) => {
      const { controls, applicationId } = this.#city.discord
      const channel = controls.addChannel(this.#guild)
      controls.write({ user: this.#member, channel }, `<@${applicationId}> ${prompt}`)
      // Discord acknowledges nothing here; what the person sees is the bot's reply.
      const wasTaken = () => controls.messages(channel).length > 1
      return { front: 'discord mention', prompt, channel, wasTaken, again: async () => {} }
    },
    'slack mention': (_, prompt) => {
      const channel = this.#slackChannel()
      const told = this.#city.slack.people.mention({ channel, user: slackUser, text: prompt })
      const wasTaken = () =>
        told.deliveries.some(({ attempts }) => attempts.some((each) => each.acknowledgedAfter !== null))
      return { front: 'slack mention', prompt, channel, wasTaken, again: async () => void (await told.outcomes) }
    },
    'slack command': (_, prompt) => {
      const channel = this.#slackChannel()
      let taken = false
      const outcome = this.#city.slack.people.slash({ command: '/video', text: prompt, channel, user: slackUser })
      void outcome.then(({ acknowledged }) => {
        taken = acknowledged
      })
      return { front: 'slack command', prompt, channel, wasTaken: () => taken, again: async () => {} }
    },
  }

  #slackChannel(): string {
    return this.#city.slack.space.addChannel({ id: `C0WISH${this.wishes.length + 1}` }).id
  }
}

async function post(life: Life, prompt: string): Promise<number | null> {
  try {
    const answer = await request(`${life.url}/api/video_chat/generate`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': prompt.replaceAll(' ', '-') },
      body: JSON.stringify({ prompt }),
    })
    await answer.body.dump()
    return answer.statusCode
  } catch {
    return null
  }
}
