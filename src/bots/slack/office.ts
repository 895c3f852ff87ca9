import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import type { StoredFile } from '../../core/ports/files.ts'
import { type CommandName, findCommand } from '../command.ts'
import { runOffice } from '../office.ts'
import type { Notice, Screen } from '../office-counter.ts'
import { givenFromWords } from '../office-words.ts'
import { shorten } from '../shorten.ts'
import { type Block, moment } from './blocks.ts'
import { askedBy } from './bucket.ts'
import type { Desk } from './desk.ts'
import type { SlackPerson } from './people.ts'
import { userOf } from './place.ts'
import type { Saying } from './reply.ts'
import { escapeText, plainInMarkdown, unescapeText } from './text.ts'
import { uploadBytes } from './upload.ts'

const screen: Screen = {
  plain: (text) => plainInMarkdown(text, 500),
  // Named by link where they are of this workspace; only the person who asked sees it, so nobody is pinged.
  person: (id) => (/^[UW]\w+$/.test(userOf(id)) ? `<@${userOf(id)}>` : escapeText(id)),
  role: (id) => escapeText(id),
  channel: (id) => (/^[CG]\w+$/.test(id) ? `<#${id}>` : escapeText(id)),
  moment,
}

/** A command of money and administration: what it does is the same on every platform; the answer is for the person alone. */
export async function office(desk: Desk, person: SlackPerson, name: CommandName, text: string): Promise<Saying> {
  const found = findCommand(name)
  // Slack has no roles: nobody would be in one.
  const command = found && { ...found, options: found.options.filter(({ kind }) => kind !== 'role') }
  const personOf = (word: string) => {
    const user = /^<@([UW]\w+)(?:\|[^>]*)?>$/.exec(word)?.[1]
    return user === undefined ? null : `${person.workspace}:${user}`
  }
  const given = command === undefined ? {} : givenFromWords(command, unescapeText(text), personOf)
  const notice = await runOffice(name, { commands: desk.commands, person, given, screen })
  if (notice.file) await handOver(desk, person, notice.file)
  return { text: notice.title, blocks: blocksOf(notice) }
}

const mostBlocks = 40

function blocksOf({ title, lines }: Notice): Block[] {
  const section = (text: string): Block => ({
    type: 'section',
    text: { type: 'mrkdwn', text: shorten(text, 3000), verbatim: true },
  })
  // A section holds 3,000 characters: lines are gathered until the next one no longer fits.
  const pieces: string[] = [`*${title}*`]
  for (const line of lines) {
    const last = pieces.at(-1) ?? ''
    if (last.length + line.length + 1 <= 2900) pieces[pieces.length - 1] = `${last}\n${line}`
    else pieces.push(line)
  }
  return pieces.slice(0, mostBlocks).map((piece) => section(piece || ' '))
}

/** Sends a text file to the person directly. */
async function handOver(desk: Desk, person: SlackPerson, file: NonNullable<Notice['file']>): Promise<void> {
  const { api } = desk
  const bytes = Buffer.from(file.text)
  const stored: StoredFile = {
    file: createHash('sha256').update(bytes).digest('hex'),
    bytes: bytes.length,
    mimeType: 'text/csv',
    modifiedAt: desk.clock.now(),
    stream: () => Readable.from([bytes]),
  }
  const whose = askedBy(person.id, 20_000)
  const { channel } = await api.inTurn('conversations.open', 'outcome', whose, () =>
    api.client.conversations.open({ users: userOf(person.id) }),
  )
  const id = await uploadBytes(api, stored, file.name, whose)
  const share = { files: [{ id, title: file.name }], channel_id: channel?.id ?? '' }
  await api.inTurn('files.completeUploadExternal', 'begun', whose, () =>
    api.client.files.completeUploadExternal(share as Parameters<typeof api.client.files.completeUploadExternal>[0]),
  )
}
