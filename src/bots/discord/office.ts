import { MessageFlags } from 'discord.js'
import type { CommandName } from '../command.ts'
import { runOffice, takesLong } from '../office.ts'
import type { Notice, Given as OfficeGiven, Screen } from '../office-counter.ts'
import type { MessageBody, Sending } from './api.ts'
import { type Asked, answerLater, type Desk, reply } from './desk.ts'
import type { Given } from './input.ts'
import { notice, plain, refusalBody } from './render.ts'

const screen: Screen = {
  plain,
  person: (id) => (id.startsWith('discord:') ? `<@${digits(id)}>` : plain(id)),
  role: (id) => `<@&${digits(id)}>`,
  channel: (id) => `<#${digits(id)}>`,
  moment: (milliseconds) => `<t:${Math.round(milliseconds / 1000)}:f>`,
}

function digits(id: string): string {
  return id.replace(/\D/g, '')
}

/** A command of money and administration: what it does is the same on every platform; the answer is for the person alone. */
export async function onOffice(desk: Desk, asked: Asked, name: CommandName, options: readonly Given[]): Promise<void> {
  const { person, interaction } = asked
  const given: OfficeGiven = Object.fromEntries(
    options.map(({ option, value }) => [option.name, option.kind === 'person' ? `discord:${value}` : value]),
  )
  const run = () => runOffice(name, { commands: desk.commands, person, given, screen })
  if (takesLong.has(name)) return handOver(desk, asked, run)
  const { title, lines, tone } = await run()
  await reply(desk, interaction, { ...notice(title, lines.join('\n'), tone), flags: MessageFlags.Ephemeral })
}

/** What takes longer than Discord waits is answered first. */
async function handOver(desk: Desk, { person, interaction }: Asked, run: () => Promise<Notice>): Promise<void> {
  const send = await answerLater(desk, interaction)
  try {
    const { title, lines, tone, file } = await run()
    const body = notice(title, lines.join('\n'), tone)
    await send(file === undefined ? { body } : withFile(body, file))
  } catch (thrown) {
    await send({ body: refusalBody(thrown, person.locale) })
  }
}

function withFile(body: MessageBody, file: { readonly name: string; readonly text: string }): Sending {
  const data = Buffer.from(file.text)
  const upload = { name: file.name, contentType: 'text/csv', bytes: data.length, stream: () => [data] }
  return { body: { ...body, attachments: [{ id: '0', filename: file.name }] }, files: [upload] }
}
