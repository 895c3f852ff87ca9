import {
  type APIActionRowComponent,
  type APIButtonComponent,
  type APIEmbed,
  type APIEmbedField,
  ButtonStyle,
  ComponentType,
  escapeMarkdown,
  MessageFlags,
} from 'discord.js'
import type { Button, Card } from '../../core/card.ts'
import { asVideoError } from '../../core/errors.ts'
import { describeError, say } from '../../core/wording.ts'
import { shorten } from '../shorten.ts'
import type { MessageBody } from './api.ts'
import { customId } from './custom-id.ts'

const colors: Readonly<Record<Card['tone'], number>> = {
  waiting: 0x9aa0a6,
  working: 0x4285f4,
  done: 0x34a853,
  failed: 0xd93025,
}
/** Discord takes 4,096 characters of description and 6,000 in all; a chat is no place for that much of a prompt. */
const promptShown = 1_000
const rowsAtMost = 5
const buttonsInRow = 5

/** Nobody is pinged unless named here. */
export const pingsNobody = { allowed_mentions: { parse: [], replied_user: false } } as const

/** A text that Discord shows as it is: no formatting, no mention, no timestamp, no link in disguise. */
export function plain(text: string): string {
  return escapeMarkdown(text, { heading: true, bulletedList: true, numberedList: true, maskedLink: true })
    .replace(/</g, '\\<')
    .replace(/@(everyone|here)/g, '@\u200b$1')
}

function quoted(prompt: string): string {
  const lines = plain(shorten(prompt, promptShown)).split('\n')
  return lines.map((line) => `> ${line}`).join('\n')
}

/** The card as an embed; its footer carries the Operation's id, by which the message is found again. */
export function embedOf(card: Card, locale: string, extra: readonly string[] = []): APIEmbed {
  const when = card.expectedAt === null ? '' : `<t:${Math.round(card.expectedAt / 1000)}:R>`
  const lines = [
    plain(card.text),
    ...extra,
    when === '' ? '' : say(locale, 'chat.expected', { when }),
    card.prompt === '' ? '' : quoted(card.prompt),
  ]
  const fields: APIEmbedField[] = card.fields
    .slice(0, 25)
    .map(({ label, value }) => ({ name: shorten(plain(label), 256), value: shorten(plain(value), 1024), inline: true }))
  return {
    color: colors[card.tone],
    title: shorten(plain(card.title), 256),
    description: shorten(lines.filter(Boolean).join('\n'), 4096),
    footer: { text: card.operationId },
    ...(fields.length > 0 ? { fields } : {}),
  }
}

/** The card's buttons in rows, as many as Discord takes. */
export function rowsOf(card: Card): APIActionRowComponent<APIButtonComponent>[] {
  const buttons = card.buttons.map((button) => buttonOf(button, card.operationId))
  return rows(buttons)
}

export function rows(buttons: readonly APIButtonComponent[]): APIActionRowComponent<APIButtonComponent>[] {
  const count = Math.min(rowsAtMost, Math.ceil(buttons.length / buttonsInRow))
  return Array.from({ length: count }, (_, index) => ({
    type: ComponentType.ActionRow as const,
    components: buttons.slice(index * buttonsInRow, (index + 1) * buttonsInRow),
  }))
}

export function buttonOf(button: Button, operationId: string): APIButtonComponent {
  return {
    type: ComponentType.Button,
    style: button.danger ? ButtonStyle.Danger : ButtonStyle.Secondary,
    label: shorten(button.label, 80),
    custom_id: customId(button.action, operationId),
  }
}

/** The status message while there is something to wait for, or with the outcome itself; `extra` as in the embed. */
export function statusBody(card: Card, locale: string, extra: readonly string[] = []): MessageBody {
  return { content: '', embeds: [embedOf(card, locale, extra)], components: rowsOf(card), ...pingsNobody }
}

/** A title and a text for one person alone. */
export function notice(title: string, text: string, tone: Card['tone'] = 'working'): MessageBody {
  return {
    embeds: [{ color: colors[tone], title: shorten(plain(title), 256), description: shorten(text, 4096) }],
    flags: MessageFlags.Ephemeral,
    ...pingsNobody,
  }
}

/** What went wrong, for one person alone. */
export function refusalBody(thrown: unknown, locale: string): MessageBody {
  const { title, text } = describeError(asVideoError(thrown), locale)
  return notice(title, plain(text), 'failed')
}
