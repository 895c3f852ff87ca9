/** Where to answer in Slack. */
export interface Place {
  readonly team: string
  /** A channel, or a person (`U…`) for the direct channel with them. */
  readonly channel: string
  /** The first message of the thread; null where the answer begins one. */
  readonly root: string | null
}

/** The thread string that core keeps: `slack:<team>:<channel>` or `slack:<team>:<channel>:<root>`. */
export function threadOf({ team, channel, root }: Place): string {
  return ['slack', team, channel, ...(root === null ? [] : [root])].join(':')
}

/** The place behind a thread string of ours. */
export function placeOf(thread: string): Place {
  const [, team = '', channel = '', root] = thread.split(':')
  return { team, channel, root: root ?? null }
}

/**
 * A message's name in our rows: `<channel>:<ts>`, and of a video `<channel>:<ts>:<file id>`, with nothing between the colons
 * where Slack has not told the ts.
 */
export function messageName(channel: string, ts: string, file?: string): string {
  return [channel, ts, ...(file === undefined ? [] : [file])].join(':')
}

/** Channel, ts and file of such a name. */
export function messageAt(name: string): {
  readonly channel: string
  readonly ts: string
  readonly file: string | null
} {
  const [channel = '', ts = '', file] = name.split(':')
  return { channel, ts, file: file ?? null }
}

/** Where a message can be read in a browser; `teamUrl` as auth.test gives it. Null where the ts is not known. */
export function linkTo(teamUrl: string, name: string): string | null {
  const { channel, ts } = messageAt(name)
  if (!/^\d+\.\d+$/.test(ts)) return null
  return `${teamUrl}archives/${channel}/p${ts.replace('.', '')}`
}

/** The Slack user of a requester such as `slack:<team>:<user>`. */
export function userOf(requester: string): string {
  return requester.split(':')[2] ?? ''
}

/** Whether a channel is a direct one: nobody else is in there, so nobody else is meant to see what comes of it. */
export function isDirect(channel: string): boolean {
  return channel.startsWith('D')
}

/** Whether a channel is given as a person. */
export function isPerson(channel: string): boolean {
  return /^[UW]/.test(channel)
}
