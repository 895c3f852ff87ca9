import { hashOf } from '../../files/hash.ts'
import { pingsOf, unescapedIn } from './block-kit.ts'

export type Json = Record<string, unknown>

export interface User {
  readonly id: string
  readonly name: string
  readonly team: string
  readonly admin: boolean
  readonly owner: boolean
  readonly locale: string
}

export interface Channel {
  readonly id: string
  readonly name: string
  readonly kind: 'channel' | 'group' | 'im' | 'mpim'
  readonly members: Set<string>
  archived: boolean
  /** Shared with another organisation (Slack Connect). */
  readonly shared: boolean
  /** A post into it is answered with this error, such as `restricted_action`. */
  refuses: string | null
}

export interface FileRecord {
  readonly id: string
  /** The workspace it belongs to. */
  readonly team: string
  readonly name: string
  readonly title: string
  readonly mimetype: string
  readonly bytes: Buffer
  readonly hash: string
  readonly user: string
  readonly mode: 'hosted' | 'external' | 'tombstone' | 'check_file_info'
  readonly shares: { channel: string; ts: string }[]
  /** So many looks at it, an event's included, find it not yet read: without kind and address. */
  unread?: number
}

/** One state of a message as people saw it. */
export interface Version {
  readonly at: number
  readonly text: string
  readonly blocks: readonly Json[]
}

export interface Message {
  readonly ts: string
  readonly channel: string
  readonly thread: string | null
  /** The author: a user id, the bot's own included. */
  readonly user: string
  readonly byBot: boolean
  readonly files: readonly FileRecord[]
  readonly metadata: Json | null
  /** Every state, the oldest first. */
  readonly history: Version[]
  /** Whom it really pinged when it was posted: user ids, `!channel`, `!here`, `!everyone`. */
  readonly pings: readonly string[]
  /** Control characters of mrkdwn that were sent without being escaped and are no markup. */
  readonly unescaped: string[]
  deleted: boolean
}

/** A message that one person alone saw. */
export interface Ephemeral {
  readonly channel: string
  /** The thread in which they saw it. */
  readonly thread: string | null
  readonly user: string
  readonly text: string
  readonly blocks: readonly Json[]
}

export interface OpenView {
  readonly id: string
  readonly user: string
  readonly kind: 'modal' | 'home'
  view: Json
  hash: string
  readonly history: Json[]
  /** What the person has filled in, by block_id: it stays where a block keeps its id, whatever the app wants shown there. */
  readonly held: Map<string, unknown>
  errors: Json | null
  closed: boolean
}

/** Everything that a Slack workspace knows, and the whole record of what an app did in it. */
export class Workspace {
  readonly team: string
  readonly name: string
  readonly botUser: string
  readonly bot: string
  readonly app = 'A0DAILIES'
  readonly users = new Map<string, User>()
  readonly channels = new Map<string, Channel>()
  readonly files = new Map<string, FileRecord>()
  readonly messages: Message[] = []
  readonly ephemerals: Ephemeral[] = []
  readonly views = new Map<string, OpenView>()
  private counter: number
  private lastMicros = 0

  /** `number`: how many there are before it; all ids are unlike those of the others. */
  constructor(name = 'Dailies', number = 0) {
    const mark = number === 0 ? '' : String(number)
    this.name = name
    this.team = `T0${name.toUpperCase()}`
    this.botUser = `U0BOT${mark}`
    this.bot = `B0BOT${mark}`
    this.counter = number * 1_000_000
  }

  id(prefix: string): string {
    this.counter += 1
    return `${prefix}${this.counter.toString(36).toUpperCase().padStart(8, '0')}`
  }

  /** A timestamp as Slack makes them: unique, growing. */
  timestamp(): string {
    this.lastMicros = Math.max(this.lastMicros + 1, Date.now() * 1000)
    return `${Math.floor(this.lastMicros / 1_000_000)}.${String(this.lastMicros % 1_000_000).padStart(6, '0')}`
  }

  addUser(user: Partial<User> & { id: string }): User {
    const whole = { name: user.id.toLowerCase(), team: this.team, admin: false, owner: false, locale: 'en-US', ...user }
    this.users.set(whole.id, whole)
    return whole
  }

  addChannel(channel: { id: string } & Partial<Omit<Channel, 'members'>> & { members?: Iterable<string> }): Channel {
    const { members, ...rest } = channel
    const whole: Channel = {
      name: channel.id.toLowerCase(),
      kind: 'channel',
      archived: false,
      shared: false,
      refuses: null,
      ...rest,
      members: new Set(members ?? [this.botUser, ...this.users.keys()]),
    }
    this.channels.set(whole.id, whole)
    return whole
  }

  /** The direct channel of a person with the bot; made when it is first needed. */
  directChannel(user: string): Channel {
    const id = `D${user.slice(1)}`
    return this.channels.get(id) ?? this.addChannel({ id, kind: 'im', name: id, members: [user, this.botUser] })
  }

  addFile(file: Partial<FileRecord> & { bytes: Buffer; user: string }): FileRecord {
    const whole: FileRecord = {
      id: this.id('F'),
      team: this.team,
      name: 'image.png',
      title: file.name ?? 'image.png',
      mimetype: 'image/png',
      mode: 'hosted',
      shares: [],
      hash: hashOf(file.bytes),
      ...file,
    }
    this.files.set(whole.id, whole)
    return whole
  }

  post(
    message: Pick<Message, 'channel' | 'thread' | 'user'> & {
      text: string
      blocks?: readonly Json[]
      files?: readonly FileRecord[]
      metadata?: Json | null
    },
  ): Message {
    const { text, blocks = [], files = [], metadata = null, ...place } = message
    const whole: Message = {
      ...place,
      ts: this.timestamp(),
      byBot: place.user === this.botUser,
      files,
      metadata,
      history: [{ at: Date.now(), text, blocks }],
      pings: pingsOf(text, blocks),
      unescaped: unescapedIn(text, blocks),
      deleted: false,
    }
    this.messages.push(whole)
    for (const file of files) file.shares.push({ channel: whole.channel, ts: whole.ts })
    return whole
  }

  find(channel: string, ts: string): Message | undefined {
    return this.messages.find((each) => each.channel === channel && each.ts === ts && !each.deleted)
  }

  /** The root and the replies of a thread, in order. */
  thread(channel: string, root: string): Message[] {
    return this.messages.filter(
      (each) => each.channel === channel && !each.deleted && (each.ts === root || each.thread === root),
    )
  }
}

/** What a message says now. */
export function latest(message: Message): Version {
  const version = message.history.at(-1)
  if (!version) throw new Error('a message without a version')
  return version
}
