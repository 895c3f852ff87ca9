import { MessageFlags } from 'discord.js'
import type { CommandName } from '../command.ts'
import { runOffice } from '../office.ts'
import type { Given as OfficeGiven, Screen } from '../office-counter.ts'
import { type Asked, type Desk, reply } from './desk.ts'
import type { Given } from './input.ts'
import { notice, plain } from './render.ts'

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
  const { title, lines, tone, file } = await runOffice(name, { commands: desk.commands, person, given, screen })
  const body = { ...notice(title, lines.join('\n'), tone), flags: MessageFlags.Ephemeral }
  if (file === undefined) {
    await reply(desk, interaction, body)
    return
  }
  const data = Buffer.from(file.text)
  await reply(desk, interaction, { ...body, attachments: [{ id: '0', filename: file.name }] }, [
    { name: file.name, contentType: 'text/csv', bytes: data.length, stream: () => [data] },
  ])
}
