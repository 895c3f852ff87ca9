import type { types } from '@slack/bolt'
import type { Button, Card } from '../../core/card.ts'
import { say } from '../../core/wording.ts'
import { shorten } from '../shorten.ts'
import { escapeText, fitEscaped } from './text.ts'

export type Block = types.KnownBlock

const signs: Readonly<Record<Card['tone'], string>> = {
  waiting: ':hourglass_flowing_sand:',
  working: ':clapper:',
  done: ':white_check_mark:',
  failed: ':warning:',
}

/** A line or two of our own words with a bold title. */
export function sayingBlock(title: string, text: string, sign = ''): Block {
  const head = sign ? `${sign} *${escapeText(title)}*` : `*${escapeText(title)}*`
  return {
    type: 'section',
    text: { type: 'mrkdwn', text: shorten(`${head}\n${escapeText(text)}`, 3000), verbatim: true },
  }
}

/** Something a person wrote, shown as it is: nothing in it is markup. */
export function quoteBlock(text: string): Block {
  return { type: 'section', text: { type: 'plain_text', text: fitEscaped(text, 2900), emoji: false } }
}

/** Small print. */
export function smallBlock(text: string): Block {
  return { type: 'context', elements: [{ type: 'mrkdwn', text: shorten(text, 2900), verbatim: true }] }
}

/** A moment with its day, in the reader's own time zone; a client that cannot show that gets it in UTC. */
export function moment(milliseconds: number): string {
  const [day = '', clock = ''] = new Date(milliseconds).toISOString().split('T')
  return dated(milliseconds, '{date_short_pretty} {time}', `${day} ${clock.slice(0, 5)}`)
}

/** The time of a moment within the next hour. */
function timeOf(milliseconds: number): string {
  return dated(milliseconds, '{time}', new Date(milliseconds).toISOString().slice(11, 16))
}

function dated(milliseconds: number, form: string, fallback: string): string {
  return `<!date^${Math.floor(milliseconds / 1000)}^${form}|${fallback} UTC>`
}

/** A button of ours: what it does in its id, for which Operation in its value; found again after any restart. */
export function actionButton(button: Button, operationId: string, locale: string): types.Button {
  const confirm: types.ConfirmationDialog = {
    title: { type: 'plain_text', text: shorten(say(locale, 'chat.delete.title'), 100) },
    text: { type: 'plain_text', text: shorten(say(locale, 'chat.delete.text'), 300) },
    confirm: { type: 'plain_text', text: shorten(say(locale, 'chat.delete.yes'), 30) },
    deny: { type: 'plain_text', text: shorten(say(locale, 'slack.form.close'), 30) },
    style: 'danger',
  }
  return {
    type: 'button',
    action_id: `v1:${button.action}`,
    text: { type: 'plain_text', text: shorten(button.label, 75) },
    value: operationId,
    ...(button.danger ? { style: 'danger' } : {}),
    ...(button.action === 'delete' ? { confirm } : {}),
  }
}

/** The status message of an Operation. */
export function cardBlocks(card: Card, locale: string): Block[] {
  const blocks: Block[] = [sayingBlock(card.title, card.text, signs[card.tone])]
  if (card.prompt) blocks.push(quoteBlock(card.prompt))
  const small = card.fields.map(({ label, value }) => `*${escapeText(label)}:* ${escapeText(value)}`)
  if (card.expectedAt !== null) small.push(say(locale, 'slack.expected', { when: timeOf(card.expectedAt) }))
  if (small.length > 0) blocks.push(smallBlock(small.join('  ·  ')))
  if (card.buttons.length > 0) {
    const elements = card.buttons.slice(0, 25).map((button) => actionButton(button, card.operationId, locale))
    blocks.push({ type: 'actions', block_id: 'v1:card', elements })
  }
  return blocks
}

/** What notifications and screen readers get instead of the blocks. */
export function fallback(card: Pick<Card, 'title' | 'text'>): string {
  return fitEscaped(`${card.title}. ${card.text}`, 3000)
}
