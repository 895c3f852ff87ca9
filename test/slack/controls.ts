import type { Outcome } from './stand-in/deliveries.ts'
import type { Fault } from './stand-in/faults.ts'
import type { Slack } from './stand-in/index.ts'
import type { Told } from './stand-in/people.ts'
import { type FileRecord, latest, type Message, type OpenView } from './stand-in/workspace.ts'

/** A file as a person attaches it; bytes in base64. */
export interface AttachedFile {
  readonly name: string
  readonly base64: string
}

/** A message of the bot's as it stands there now. */
export interface SeenMessage {
  readonly ts: string
  /** The `event_type` of its metadata; null where it has none. */
  readonly purpose: string | null
  readonly text: string
  readonly blocks: string
  /** The hash of each file. */
  readonly hashes: readonly string[]
}

/** What the tests in other processes do to a Slack and ask of it; arguments and results are plain JSON. */
export function controlsOf(slack: Slack) {
  const told = new Map<string, Told>()
  const messageAt = (channel: string, ts: string): Message => {
    const message = slack.space.find(channel, ts)
    if (!message) throw new Error('no such message')
    return message
  }
  const files = (user: string, attached: readonly AttachedFile[]): FileRecord[] =>
    attached.map(({ name, base64 }) => slack.space.addFile({ user, name, bytes: Buffer.from(base64, 'base64') }))
  return {
    /** How often an app has connected. */
    connected: () => slack.socket.connected,
    addChannel: (id: string) => void slack.space.addChannel({ id }),
    /** Mentions the bot; the message's ts. */
    mention(said: { channel: string; user: string; text: string; files?: readonly AttachedFile[] }): string {
      const mention = slack.people.mention({ ...said, files: files(said.user, said.files ?? []) })
      told.set(mention.message.ts, mention)
      return mention.message.ts
    },
    /** Whether one of the events about that message was acknowledged. */
    acknowledged: (ts: string) =>
      told.get(ts)?.deliveries.some((each) => each.attempts.some((attempt) => attempt.acknowledgedAfter !== null)) ===
      true,
    /** Resolves when Slack no longer tries to hand over that message. */
    handedOver: async (ts: string) => void (await told.get(ts)?.outcomes),
    slash: (command: { command: string; text: string; channel: string; user: string }): Promise<Outcome> =>
      slack.people.slash(command),
    press: (on: { channel: string; ts: string; label: string; user: string }): Promise<Outcome> =>
      slack.people.press(messageAt(on.channel, on.ts), on.label, on.user),
    /** Sends off the open form that is about that Operation; null where there is none, else whether it was taken. */
    async submitForm(operation: string, values: Record<string, unknown>): Promise<boolean | null> {
      const isIt = ({ closed, view }: OpenView) => !closed && String(view.private_metadata).includes(operation)
      const open = [...slack.space.views.values()].findLast(isIt)
      return open === undefined ? null : (await slack.people.submitView(open, values)).acknowledged
    },
    /** The bot's messages in a channel, oldest first, without those that were taken away. */
    messages: (channel: string): SeenMessage[] =>
      slack.space.messages
        .filter((each) => each.channel === channel && each.byBot && !each.deleted)
        .map((message) => {
          const { text, blocks } = latest(message)
          const purpose = message.metadata === null ? null : String(message.metadata.event_type)
          // A file that was taken away hangs on no message any more.
          const there = message.files.filter(({ id }) => slack.space.files.has(id))
          return {
            ts: message.ts,
            purpose,
            text,
            blocks: JSON.stringify(blocks),
            hashes: there.map(({ hash }) => hash),
          }
        }),
    fault: (fault: Fault) => slack.faults.add(fault),
    clearFaults: () => slack.faults.clear(),
    beginOutage: () => slack.beginOutage(),
    endOutage: () => slack.endOutage(),
    /** Cuts every connection without a word. */
    cut: () => slack.socket.cutAll(),
    /** Asks every connection to go. */
    refresh: () => slack.socket.disconnectAll('refresh_requested'),
  }
}
export type SlackControls = ReturnType<typeof controlsOf>
