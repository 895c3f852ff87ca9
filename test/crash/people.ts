import { alice as slackUser } from '../slack/open.ts'
import type { City, Death, Life } from './city.ts'
import { type Picture, picturesFor, writtenTo } from './pictures.ts'
import { post } from './web.ts'

export const fronts = [
  'web',
  'discord command',
  'discord mention',
  'slack mention',
  'slack command',
  'terminal',
] as const
export type Front = (typeof fronts)[number]

/** One request as the one who asked knows it; the prompt is unlike every other. */
export interface Wish {
  readonly front: Front
  readonly prompt: string
  /** A Discord or Slack channel of its own; null where nobody is answered in a thread. */
  readonly channel: string | null
  /** The sizes of the pictures that went along: none, a first frame, or a first and a last one. */
  readonly pictures: readonly string[]
  /** Whether the platform, as the person saw it, took it: then it has to come to an end. */
  wasTaken(): Promise<boolean>
  /** What remains to be done by a person who saw no answer: asks once more under the same key, or follows. */
  again(life: Life): Promise<void>
  /** How following it at the terminal ended; null on the other fronts, and where there was nothing to follow. */
  followed(): Followed | null
}

/** An exit code, and what was printed last. */
export interface Followed {
  readonly code: string | number
  readonly line: string
}

/** What a front adds to a wish. */
type Asked = Pick<Wish, 'channel' | 'wasTaken' | 'again'> & Partial<Pick<Wish, 'followed'>>

interface Asking {
  readonly life: Life
  readonly number: number
  readonly prompt: string
  readonly pictures: readonly Picture[]
  /** How the process at the terminal ends. */
  readonly death: Death
  /** In a resolution that is so dear that an admin has to approve it; on the chats alone. */
  readonly dear: boolean
}

const nothing = async () => {}
/** What costs more than APPROVAL_ABOVE_USD in a city; everything else costs less. */
const dearResolution = '4k'

/** The people of a city. */
export class People {
  readonly wishes: Wish[] = []
  readonly city: City
  readonly guild: string
  readonly member: string
  /** Has Manage Server. */
  readonly admin: string
  #asked = 0

  private constructor(city: City, guild: string, [member, admin]: readonly [string, string]) {
    this.city = city
    this.guild = guild
    this.member = member
    this.admin = admin
  }

  static async of(city: City): Promise<People> {
    const { controls } = city.discord
    const guild = await controls.addGuild('Crash')
    const [member, admin] = [await controls.addUser('Alice'), await controls.addUser('Carol')]
    await controls.addMember(guild, member)
    await controls.addMember(guild, admin, { admin: true })
    return new People(city, guild, [member, admin])
  }

  /** Resolves once every front end of this life can be reached. */
  async reachable(life: Life): Promise<void> {
    let over = false
    void life.ended.then(() => {
      over = true
    })
    while (!over && !(await this.city.connected())) await new Promise((resolve) => setTimeout(resolve, 50))
  }

  /** Asks for a video; `death` is that of a process at the terminal. */
  async ask(life: Life, front: Front, death: Death = null): Promise<Wish> {
    const wish = await this.request(life, front, { death, dear: false })
    this.wishes.push(wish)
    return wish
  }

  /** A request that is not among the wishes; two of three come with pictures. */
  async request(life: Life, front: Front, how: Pick<Asking, 'death' | 'dear'>): Promise<Wish> {
    this.#asked += 1
    const number = this.#asked
    const prompt = `wish ${number} on ${front}`
    const pictures = await picturesFor(number, front === 'slack command' ? 0 : number % 3)
    const asked = await this.#by[front]({ life, number, prompt, pictures, ...how })
    return { front, prompt, pictures: pictures.map(({ size }) => size), followed: () => null, ...asked }
  }

  readonly #by: Readonly<Record<Front, (asking: Asking) => Promise<Asked>>> = {
    web: async ({ life, prompt, pictures }) => {
      let taken = false
      const send = async (at: Life) => {
        if (!taken) taken = (await post(at, prompt, pictures)) === 202
      }
      void send(life)
      return { channel: null, wasTaken: async () => taken, again: send }
    },
    'discord command': async ({ prompt, pictures: [first, last], dear }) => {
      const { controls } = this.city.discord
      const channel = await controls.addChannel(this.guild)
      const images = { ...(first ? { image: attached(first) } : {}), ...(last ? { last_frame: attached(last) } : {}) }
      const id = await controls.slash({ user: this.member, channel }, 'video', {
        prompt,
        ...images,
        ...(dear ? { resolution: dearResolution } : {}),
      })
      const wasTaken = async () => (await controls.interaction(id))?.answer === 4
      return { channel, wasTaken, again: nothing }
    },
    'discord mention': async ({ prompt, pictures }) => {
      const { controls, applicationId } = this.city.discord
      const channel = await controls.addChannel(this.guild)
      const files = pictures.map(attached)
      await controls.write({ user: this.member, channel }, `<@${applicationId}> ${prompt}`, { files })
      // Discord acknowledges nothing here; what the person sees is the bot's reply.
      const wasTaken = async () => (await controls.messages(channel)).length > 1
      return { channel, wasTaken, again: nothing }
    },
    'slack mention': async ({ number, prompt, pictures, dear }) => {
      const { controls } = this.city.slack
      const channel = await this.#slackChannel(number)
      const files = pictures.map(({ name, base64 }) => ({ name, base64 }))
      const ts = await controls.mention({
        channel,
        user: slackUser,
        text: dear ? `${prompt} ${dearResolution}` : prompt,
        files,
      })
      return { channel, wasTaken: () => controls.acknowledged(ts), again: () => controls.handedOver(ts) }
    },
    'slack command': async ({ number, prompt }) => {
      const channel = await this.#slackChannel(number)
      let taken = false
      const outcome = this.city.slack.controls.slash({ command: '/video', text: prompt, channel, user: slackUser })
      void outcome.then(({ acknowledged }) => {
        taken = acknowledged
      })
      return { channel, wasTaken: async () => taken, again: nothing }
    },
    terminal: async ({ prompt, pictures, death }) => {
      const [first, last] = await writtenTo(this.city.folder, pictures)
      const images = [...(first ? ['--image', first] : []), ...(last ? ['--last-frame', last] : [])]
      const typed = this.city.type([prompt, ...images], death)
      const named = /^Operation: (\S+)$/m
      let seen: Followed | null = null
      // Who does not see it die presses Ctrl-C once it is under way: the service goes on with it.
      if (death === null) void typed.line(named).then(() => typed.interrupt())
      const again = async () => {
        await typed.ended
        const id = named.exec(typed.said())?.[1]
        if (id === undefined) return
        const following = this.city.type(['--follow', id])
        const code = await following.ended
        seen = { code, line: following.said().trimEnd().split('\n').at(-1) ?? '' }
      }
      return { channel: null, wasTaken: async () => named.test(typed.said()), again, followed: () => seen }
    },
  }

  async #slackChannel(number: number): Promise<string> {
    const id = `C0WISH${number}`
    await this.city.slack.controls.addChannel(id)
    return id
  }
}

function attached({ name, base64 }: Picture) {
  return { name, type: 'image/png', base64 }
}
