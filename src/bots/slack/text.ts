/** Escapes what Slack reads as markup, so that no text pings, links or breaks out. */
export function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

/** Escapes and cuts so that what is sent has at most that many characters and no entity is cut apart. */
export function fitEscaped(text: string, most: number): string {
  const whole = escapeText(text)
  if (whole.length <= most) return whole
  let kept = ''
  for (const sign of text) {
    const next = escapeText(sign)
    if (kept.length + next.length > most - 1) break
    kept += next
  }
  return `${kept}…`
}

/** For mrkdwn: escapes, and takes the signs away that would format what a person wrote. */
export function plainInMarkdown(text: string, most: number): string {
  return fitEscaped(text.replace(/[*_~`]/g, ' '), most)
}

/**
 * What a person wrote, without Slack's markup: the bot's own mention is gone, links are their addresses, other mentions
 * their names, and entities the signs they stand for.
 */
export function plainText(text: string, botUser: string): string {
  const words = text
    .replaceAll(`<@${botUser}>`, ' ')
    .replace(/<@([UW]\w+)(?:\|([^>]*))?>/g, (_, id: string, name?: string) => `@${name || id}`)
    .replace(/<#(C\w+)(?:\|([^>]*))?>/g, (_, id: string, name?: string) => `#${name || id}`)
    .replace(/<!(\w+)[^>]*>/g, '@$1')
    .replace(/<((?:https?|mailto):[^>|]+)(?:\|[^>]*)?>/g, '$1')
  return unescapeText(words)
    .replace(/[ \t]+/g, ' ')
    .trim()
}

/** The signs that Slack's entities stand for. */
export function unescapeText(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')
}
