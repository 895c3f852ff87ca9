import type { Moment } from './discord-scene.ts'
import { type Film, face } from './sheet.ts'
import { escapeHtml } from './text.ts'

/** What a message is shown with: who wrote it, and what it hangs on. */
export interface Around {
  readonly names: ReadonlyMap<string, string>
  /** Who gave the command that it answers. */
  readonly command?: { readonly author: string; readonly name: string }
  /** The message that it replies to. */
  readonly reply?: Moment
  /** The attached film. */
  readonly film?: Film
  readonly ephemeral?: boolean
}

const styles = ['primary', 'primary', 'secondary', 'success', 'destructive', 'secondary']
const faces: Readonly<Record<string, string>> = { Alice: '#b8527c', Bob: '#4f7f52', Carol: '#8a6d3b' }
const bot = `author="Dailies" avatar="${face('D', '#a13d2d')}" bot`

/** A recorded message as elements of @skyra/discord-components-core. */
export function messageHtml(message: Moment, around: Around): string {
  const { command, reply } = around
  const at = `Today at ${new Date(message.at).toISOString().slice(11, 16)}`
  const parts = [
    command
      ? `<discord-command slot="reply" ${person(command.author)} command="/${escapeHtml(command.name)}"></discord-command>`
      : '',
    reply ? `<discord-reply slot="reply" ${bot}>${inline(reply.content, around, reply.at)}</discord-reply>` : '',
    blocks(message.content, around, message.at),
    around.film && message.attachments.length > 0
      ? `<discord-attachments slot="attachments">${filmHtml(around.film)}</discord-attachments>`
      : '',
    ...message.embeds.map((embed) => embedHtml(embed, message.at, around)),
    message.components.length > 0
      ? `<discord-attachments slot="components">${message.components.map(rowHtml).join('')}</discord-attachments>`
      : '',
  ]
  const flags = around.ephemeral ? ' ephemeral' : reply ? ' highlight' : ''
  return `<discord-message ${bot} timestamp="${at}"${flags}>${parts.join('')}</discord-message>`
}

function person(name: string): string {
  return `author="${escapeHtml(name)}" avatar="${face(name, faces[name] ?? '#666')}"`
}

function filmHtml({ source, poster }: Film): string {
  return `<discord-video-attachment href="${source}" poster="${poster}"></discord-video-attachment>`
}

function embedHtml(embed: Moment['embeds'][number], at: number, around: Around): string {
  const color = embed.color === undefined ? '#1e1f22' : `#${embed.color.toString(16).padStart(6, '0')}`
  const fields = (embed.fields ?? []).map(
    (field, index) =>
      `<discord-embed-field field-title="${escapeHtml(field.name)}" inline inline-index="${(index % 3) + 1}">${inline(field.value, around, at)}</discord-embed-field>`,
  )
  return `<discord-embed slot="embeds" color="${color}" embed-title="${escapeHtml(embed.title ?? '')}">
    <discord-embed-description slot="description">${blocks(embed.description ?? '', around, at)}</discord-embed-description>
    ${fields.length > 0 ? `<discord-embed-fields slot="fields">${fields.join('')}</discord-embed-fields>` : ''}
    ${embed.footer ? `<discord-embed-footer slot="footer">${escapeHtml(embed.footer.text)}</discord-embed-footer>` : ''}
  </discord-embed>`
}

function rowHtml(row: Moment['components'][number]): string {
  const parts = row.components.map((part) =>
    part.type === 2
      ? `<discord-button type="${styles[part.style] ?? 'secondary'}">${escapeHtml(part.label ?? '')}</discord-button>`
      : `<discord-string-select-menu placeholder="${escapeHtml(part.placeholder ?? '')}"></discord-string-select-menu>`,
  )
  return `<discord-action-row>${parts.join('')}</discord-action-row>`
}

/** Lines and quotes. */
function blocks(text: string, around: Around, at: number): string {
  const lines = text.split('\n').map((line) => {
    if (line.startsWith('> ')) return `<discord-quote>${inline(line.slice(2), around, at)}</discord-quote>`
    return `<div>${inline(line, around, at)}</div>`
  })
  return text === '' ? '' : lines.join('')
}

const markup =
  /\\(?<plain>.)|\*\*(?<bold>.+?)\*\*|`(?<code>[^`]+)`|\[(?<label>[^\]]+)\]\(\S+?\)|<t:(?<moment>\d+):(?<style>\w)>|<@(?<user>\d+)>|https:\/\/discord\.com\/channels\/(?<message>\S+)/g

/** The markup that Dailies writes, as Discord shows it. */
function inline(text: string, around: Around, at: number): string {
  let html = ''
  let end = 0
  for (const match of text.matchAll(markup)) {
    html += escapeHtml(text.slice(end, match.index)) + piece(match.groups ?? {}, around, at)
    end = match.index + match[0].length
  }
  return html + escapeHtml(text.slice(end))
}

function piece(found: Readonly<Record<string, string | undefined>>, around: Around, at: number): string {
  if (found.plain) return escapeHtml(found.plain)
  if (found.bold) return `<discord-bold>${escapeHtml(found.bold)}</discord-bold>`
  if (found.code) return `<discord-code>${escapeHtml(found.code)}</discord-code>`
  if (found.label) return `<discord-link href="#">${escapeHtml(found.label)}</discord-link>`
  if (found.moment)
    return `<discord-time>${escapeHtml(moment(Number(found.moment) * 1000, found.style, at))}</discord-time>`
  if (found.user) return `<discord-mention>${escapeHtml(around.names.get(found.user) ?? 'someone')}</discord-mention>`
  return '<discord-mention type="channel">general › message</discord-mention>'
}

const relative = new Intl.RelativeTimeFormat('en')

/** A moment as Discord words it for somebody who looks at `at`; both in milliseconds since 1970. */
function moment(when: number, style: string | undefined, at: number): string {
  if (style !== 'R') return new Date(when).toISOString().slice(11, 19)
  const seconds = Math.round((when - at) / 1000)
  return Math.abs(seconds) < 60
    ? relative.format(seconds, 'second')
    : relative.format(Math.round(seconds / 60), 'minute')
}
