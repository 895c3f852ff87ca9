import type { Json } from './workspace.ts'

type Problem = string

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : []
}

/** Every object inside a piece of Block Kit, itself included. */
function* objectsIn(value: unknown): Generator<Json> {
  if (Array.isArray(value)) for (const each of value) yield* objectsIn(each)
  else if (isObject(value)) {
    yield value
    for (const each of Object.values(value)) yield* objectsIn(each)
  }
}

function mrkdwnTexts(text: string, blocks: readonly Json[]): string[] {
  if (blocks.length === 0) return [text]
  const found: string[] = []
  for (const each of objectsIn(blocks)) {
    if (each.type === 'mrkdwn' && typeof each.text === 'string') found.push(each.text)
  }
  return found
}

/** Whom a message pings: mentions in mrkdwn and in rich text; with blocks, `text` is only what a notification shows. */
export function pingsOf(text: string, blocks: readonly Json[]): string[] {
  const pings = new Set<string>()
  for (const piece of mrkdwnTexts(text, blocks)) {
    for (const match of piece.matchAll(/<(?:@([UW]\w+)|(!(?:channel|here|everyone|subteam\^\w+)))(?:\|[^>]*)?>/g)) {
      pings.add(match[1] ?? match[2] ?? '')
    }
  }
  for (const each of objectsIn(blocks)) {
    if (each.type === 'user' && typeof each.user_id === 'string') pings.add(each.user_id)
    if (each.type === 'broadcast') pings.add(`!${String(each.range)}`)
  }
  return [...pings]
}

const markup = /<(?:[@#][A-Z]\w+|![\w^:{}. ,-]+|https?:\/\/[^>|]+|mailto:[^>|]+)(?:\|[^<>]*)?>/g

/** Texts in which `<`, `>` or `&` stand bare, so that Slack may read them as markup. */
export function unescapedIn(text: string, blocks: readonly Json[]): string[] {
  return [...mrkdwnTexts(text, blocks), ...(blocks.length > 0 ? [text] : [])].filter((piece) => {
    const rest = piece.replace(/&(?:amp|lt|gt);/g, '').replace(markup, '')
    return /[<&]/.test(rest) || /[^\n]>/.test(rest)
  })
}

const blockTypes = {
  message: ['section', 'divider', 'image', 'actions', 'context', 'header', 'rich_text', 'video'],
  modal: ['section', 'divider', 'image', 'actions', 'context', 'header', 'input', 'rich_text'],
  home: ['section', 'divider', 'image', 'actions', 'context', 'header', 'input', 'rich_text'],
} as const
export type Surface = keyof typeof blockTypes

/** What Slack would refuse about these blocks; empty when they are good. */
export function blockProblems(blocks: unknown, surface: Surface): Problem[] {
  if (!Array.isArray(blocks)) return ['blocks is no array']
  const problems: Problem[] = []
  const most = surface === 'message' ? 50 : 100
  if (blocks.length > most) problems.push(`more than ${most} blocks`)
  const blockIds = new Set<string>()
  for (const block of blocks) {
    if (!isObject(block)) {
      problems.push('a block is no object')
      continue
    }
    const id = block.block_id
    if (id !== undefined) {
      if (typeof id !== 'string' || id.length === 0 || id.length > 255) problems.push('block_id over 255')
      else if (blockIds.has(id)) problems.push(`block_id ${id} twice`)
      else blockIds.add(id)
    }
    problems.push(...oneBlock(block, surface))
  }
  return problems
}

function oneBlock(block: Json, surface: Surface): Problem[] {
  const types: readonly string[] = blockTypes[surface]
  if (typeof block.type !== 'string' || !types.includes(block.type)) return [`block type ${String(block.type)}`]
  if (block.type === 'section') {
    const fields = list(block.fields)
    if (!block.text && fields.length === 0) return ['section without text']
    return [
      ...(block.text ? text(block.text, 3000, 'section') : []),
      ...(fields.length > 10 ? ['more than 10 fields'] : []),
      ...fields.flatMap((each) => text(each, 2000, 'field')),
      ...(block.accessory ? element(block.accessory) : []),
    ]
  }
  if (block.type === 'header') return [...text(block.text, 150, 'header'), ...plain(block.text, 'header')]
  if (block.type === 'context') {
    const elements = list(block.elements)
    if (elements.length === 0 || elements.length > 10) return ['context of 0 or more than 10 elements']
    return elements.flatMap((each) => (isObject(each) && each.type === 'image' ? [] : text(each, 3000, 'context')))
  }
  if (block.type === 'actions') {
    const elements = list(block.elements)
    if (elements.length === 0 || elements.length > 25) return ['actions of 0 or more than 25 elements']
    const ids = elements.map((each) => (isObject(each) ? each.action_id : undefined))
    return [
      ...(new Set(ids).size < ids.length ? ['action_id twice in a block'] : []),
      ...elements.flatMap((each) => element(each)),
    ]
  }
  if (block.type === 'input') {
    return [
      ...text(block.label, 2000, 'label'),
      ...plain(block.label, 'label'),
      ...(block.hint ? text(block.hint, 2000, 'hint') : []),
      ...element(block.element),
    ]
  }
  return []
}

function text(value: unknown, most: number, what: string): Problem[] {
  if (!isObject(value) || typeof value.text !== 'string') return [`${what} without text`]
  if (value.type !== 'plain_text' && value.type !== 'mrkdwn') return [`${what} of type ${String(value.type)}`]
  if (value.type === 'mrkdwn' && 'emoji' in value) return [`${what}: emoji is only for plain_text`]
  if (value.type === 'plain_text' && 'verbatim' in value) return [`${what}: verbatim is only for mrkdwn`]
  if (value.text.length === 0) return [`${what} is empty`]
  return value.text.length > most ? [`${what} over ${most} characters`] : []
}

function plain(value: unknown, what: string): Problem[] {
  return isObject(value) && value.type !== 'plain_text' ? [`${what} must be plain_text`] : []
}

function element(value: unknown): Problem[] {
  if (!isObject(value) || typeof value.type !== 'string') return ['an element without a type']
  if (value.type === 'image') return []
  const problems: Problem[] = []
  const id = value.action_id
  if (id !== undefined && (typeof id !== 'string' || id.length === 0 || id.length > 255)) {
    problems.push('action_id over 255')
  }
  if (value.placeholder) problems.push(...text(value.placeholder, 150, 'placeholder'))
  if (value.type === 'button') {
    problems.push(...text(value.text, 75, 'button'), ...plain(value.text, 'button'))
    if (value.value !== undefined && (typeof value.value !== 'string' || value.value.length > 2000)) {
      problems.push('button value over 2000')
    }
    if (typeof value.url === 'string' && value.url.length > 3000) problems.push('button url over 3000')
    if (value.style !== undefined && value.style !== 'primary' && value.style !== 'danger')
      problems.push('button style')
    if (isObject(value.confirm)) {
      problems.push(
        ...text(value.confirm.title, 100, 'confirm title'),
        ...text(value.confirm.text, 300, 'confirm text'),
        ...text(value.confirm.confirm, 30, 'confirm button'),
        ...text(value.confirm.deny, 30, 'deny button'),
      )
    }
  } else if (value.type === 'static_select' || value.type === 'radio_buttons' || value.type === 'checkboxes') {
    problems.push(...options(value))
  } else if (value.type === 'plain_text_input') {
    const most = value.max_length
    if (most !== undefined && (typeof most !== 'number' || most < 1 || most > 3000))
      problems.push('max_length over 3000')
    if (
      typeof value.initial_value === 'string' &&
      value.initial_value.length > (typeof most === 'number' ? most : 3000)
    ) {
      problems.push('initial_value over max_length')
    }
  } else if (value.type === 'file_input') {
    if (Number(value.max_files ?? 10) > 10 || Number(value.max_files ?? 10) < 1) problems.push('max_files over 10')
  } else if (!['conversations_select', 'users_select', 'number_input', 'overflow', 'datepicker'].includes(value.type)) {
    problems.push(`element type ${value.type}`)
  }
  return problems
}

function options(value: Json): Problem[] {
  const all = list(value.options)
  const most = value.type === 'static_select' ? 100 : 10
  const problems: Problem[] = []
  if (all.length === 0 || all.length > most) problems.push(`${String(value.type)} of 0 or more than ${most} options`)
  for (const each of all) {
    if (!isObject(each)) problems.push('an option is no object')
    else {
      problems.push(...text(each.text, 75, 'option'))
      if (typeof each.value !== 'string' || each.value.length > 150) problems.push('option value over 150')
    }
  }
  const shown = all.map((each) => JSON.stringify(each))
  const initial = value.type === 'checkboxes' ? list(value.initial_options) : [value.initial_option].filter(Boolean)
  for (const each of initial) {
    if (!shown.includes(JSON.stringify(each))) problems.push('initial option is none of the options')
  }
  return problems
}

/** What Slack would refuse about a view. */
export function viewProblems(view: Json): Problem[] {
  const problems: Problem[] = []
  if (view.type !== 'modal' && view.type !== 'home') return [`view type ${String(view.type)}`]
  if (view.type === 'modal') {
    problems.push(...text(view.title, 24, 'title'), ...plain(view.title, 'title'))
    if (view.submit) problems.push(...text(view.submit, 24, 'submit'))
    if (view.close) problems.push(...text(view.close, 24, 'close'))
    const hasInput = list(view.blocks).some((each) => isObject(each) && each.type === 'input')
    if (hasInput && !view.submit) problems.push('inputs without submit')
  }
  if (typeof view.private_metadata === 'string' && view.private_metadata.length > 3000) {
    problems.push('private_metadata over 3000')
  }
  if (typeof view.callback_id === 'string' && view.callback_id.length > 255) problems.push('callback_id over 255')
  if (JSON.stringify(view).length > 250_000) problems.push('view_too_large')
  return [...problems, ...blockProblems(view.blocks, view.type)]
}
