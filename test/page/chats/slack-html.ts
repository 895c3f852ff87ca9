import type { Json } from '../../slack/stand-in/workspace.ts'
import { type Film, face } from './sheet.ts'
import type { SlackMoment } from './slack-scene.ts'
import { signs } from './slack-signs.ts'
import { escapeHtml } from './text.ts'

/** As much of Block Kit as Dailies writes. */
interface Part {
  readonly type: string
  readonly text?: string | Part
  readonly label?: Part
  readonly placeholder?: Part
  readonly element?: Part
  readonly elements?: readonly Part[]
  readonly accessory?: Part
  readonly options?: readonly Option[]
  readonly initial_option?: Option
  readonly initial_options?: readonly Option[]
  readonly initial_value?: string
  readonly optional?: boolean
  readonly multiline?: boolean
  readonly style?: string
}
interface Option {
  readonly text: Part
  readonly value: string
}
type Names = ReadonlyMap<string, string>

const faces: Readonly<Record<string, string>> = {
  Alice: '#b8527c',
  Bob: '#4f7f52',
  Carol: '#8a6d3b',
  Dailies: '#a13d2d',
}

/** A recorded message as Slack shows it: to one person alone where it is a whisper. */
export function messageHtml(message: SlackMoment, names: Names, more: { film?: Film; whisper?: boolean } = {}): string {
  const bot = message.author === 'Dailies'
  const clock = timeOf(message.at)
  const name = `<b>${escapeHtml(message.author)}</b>${bot ? '<i>APP</i>' : ''}<time>${clock}</time>`
  const said = message.blocks.length > 0 ? blocksHtml(message.blocks, names) : `<p>${markdown(message.text, names)}</p>`
  const film = more.film
    ? `<div class="film"><img src="${more.film.poster}" alt=""><span class="play"></span></div>`
    : ''
  const whisper = more.whisper ? '<small class="whisper">Only visible to you</small>' : ''
  return `<article class="${more.whisper ? 'alone' : ''}">
    <img class="face" src="${face(message.author, faces[message.author] ?? '#666')}" alt="">
    <div>${whisper}<header>${name}</header>${said}${film}</div>
  </article>`
}

/** An open form. */
export function formHtml(view: Json, names: Names): string {
  const words = (key: string) => wordsOf((view[key] as Part | undefined) ?? { type: 'plain_text' })
  return `<section class="form"><header><b>${words('title')}</b><span>×</span></header>
    <div>${blocksHtml(view.blocks as readonly Json[], names)}</div>
    <footer><button>${words('close')}</button><button class="primary">${words('submit')}</button></footer></section>`
}

function blocksHtml(blocks: readonly Json[], names: Names): string {
  return (blocks as unknown as readonly Part[]).map((block) => blockHtml(block, names)).join('')
}

function blockHtml(block: Part, names: Names): string {
  if (block.type === 'divider') return '<hr>'
  if (block.type === 'section') {
    const aside = block.accessory ? elementHtml(block.accessory) : ''
    return `<div class="section"><p>${textHtml(block.text, names)}</p>${aside}</div>`
  }
  if (block.type === 'context')
    return `<small>${(block.elements ?? []).map((each) => textHtml(each, names)).join(' ')}</small>`
  if (block.type === 'actions') return `<div class="actions">${(block.elements ?? []).map(elementHtml).join('')}</div>`
  if (block.type === 'input' && block.element) {
    const optional = block.optional ? ' <span>(optional)</span>' : ''
    return `<label><b>${wordsOf(block.label)}${optional}</b>${elementHtml(block.element)}</label>`
  }
  throw new Error(`nobody has drawn a ${block.type} yet`)
}

function elementHtml(element: Part): string {
  const hint = wordsOf(element.placeholder)
  switch (element.type) {
    case 'button':
      return `<button class="${element.style ?? ''}">${wordsOf(element.text)}</button>`
    case 'static_select':
      return `<span class="select">${wordsOf(element.initial_option?.text) || hint}</span>`
    case 'users_select':
    case 'conversations_select':
      return `<span class="select hint">${hint || 'Select a conversation'}</span>`
    case 'plain_text_input':
      return `<span class="field ${element.multiline ? 'tall' : ''}">${escapeHtml(element.initial_value ?? '')}</span>`
    case 'file_input':
      return '<span class="file">Upload file</span>'
    case 'checkboxes':
      return (element.options ?? []).map((each) => `<span class="box">${wordsOf(each.text)}</span>`).join('')
  }
  throw new Error(`nobody has drawn a ${element.type} yet`)
}

function wordsOf(part: Part | string | undefined): string {
  if (part === undefined) return ''
  return typeof part === 'string' ? escapeHtml(part) : wordsOf(part.text)
}

function textHtml(part: Part | string | undefined, names: Names): string {
  if (part === undefined || typeof part === 'string') return markdown(part ?? '', names)
  // Slack wants &, < and > escaped in plain text too.
  if (part.type === 'plain_text') return entities(String(part.text)).replaceAll('\n', '<br>')
  return markdown(String(part.text), names)
}

const markup =
  /:(?<sign>[a-z_]+):|\*(?<bold>[^*\n]+)\*|<@(?<user>\w+)>|<!date\^(?<moment>\d+)\^[^>]*>|<https?:[^|>]+\|(?<label>[^>]+)>|<(?<link>https?:[^|>]+)>/g

/** The mrkdwn that Dailies writes, as Slack shows it. */
function markdown(text: string, names: Names): string {
  let html = ''
  let end = 0
  for (const match of text.matchAll(markup)) {
    html += entities(text.slice(end, match.index)) + piece(match.groups ?? {}, match[0], names)
    end = match.index + match[0].length
  }
  return (html + entities(text.slice(end))).replaceAll('\n', '<br>')
}

function piece(found: Readonly<Record<string, string | undefined>>, whole: string, names: Names): string {
  if (found.sign) return signs[found.sign] ?? entities(whole)
  if (found.bold) return `<b>${entities(found.bold)}</b>`
  if (found.user) return `<a class="mention">@${escapeHtml(names.get(found.user) ?? found.user)}</a>`
  if (found.moment) return timeOf(Number(found.moment) * 1000)
  return `<a>${entities(found.label ?? found.link ?? '')}</a>`
}

/** Text in which &, < and > are escaped already. */
function entities(text: string): string {
  return escapeHtml(text.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&'))
}

function timeOf(at: number): string {
  return new Date(at).toLocaleTimeString('en-US', { hour: 'numeric', minute: '2-digit', timeZone: 'UTC' })
}
