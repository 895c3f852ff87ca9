import { VideoError } from '../core/errors.ts'

/**
 * What people say to a bot without asking for a video: greetings, thanks and a call for help, in the bot's languages, and what
 * they answer where it asks for a press of a button.
 */
const phrases = [
  ...['hi', 'hello', 'hey', 'hi there', 'hello there', 'hey there', 'good morning', 'good afternoon', 'good evening'],
  ...['thanks', 'thank you', 'thanks a lot', 'thank you so much', 'thank you very much', 'many thanks', 'thx', 'help'],
  ...['hallo', 'moin', 'servus', 'guten Morgen', 'guten Tag', 'guten Abend', 'danke', 'danke dir', 'danke schön'],
  ...['dankeschön', 'vielen Dank', 'besten Dank', 'Hilfe'],
  ...['bonjour', 'bonsoir', 'salut', 'coucou', 'merci', 'merci beaucoup', 'merci bien', 'aide', 'à l’aide'],
  ...['hola', 'buenas', 'buenos días', 'buenas tardes', 'buenas noches', 'gracias', 'muchas gracias', 'ayuda'],
  ...['こんにちは', 'こんばんは', 'おはよう', 'おはようございます', 'ありがとう', 'ありがとうございます'],
  ...['ありがとうございました', 'どうも', 'ヘルプ', '助けて', '使い方'],
  ...['ok', 'okay', 'k', 'yes', 'yes please', 'yep', 'yeah', 'sure', 'no', 'no thanks', 'nope', 'go ahead'],
  ...['approve', 'approved', 'accept', 'decline', 'declined', 'reject', 'rejected', 'stop', 'cancel'],
  ...['ja', 'ja bitte', 'nein', 'nein danke', 'einverstanden', 'genehmigen', 'genehmigt', 'freigeben', 'freigegeben'],
  ...['ablehnen', 'abgelehnt', 'stopp', 'abbrechen'],
  ...['oui', 'non', 'non merci', 'd’accord', 'approuver', 'approuvé', 'accepter', 'refuser', 'refusé', 'annuler'],
  ...['annule', 'arrêter', 'arrête'],
  ...['sí', 'vale', 'de acuerdo', 'aprobar', 'aprobado', 'aceptar', 'rechazar', 'rechazado', 'cancelar', 'cancela'],
  ...['parar', 'detener'],
  ...['はい', 'いいえ', 'オーケー', '了解', '承認', '承認します', '却下', '拒否', 'ストップ', '止めて', 'やめて'],
  ...['中止', 'キャンセル'],
]

/** A server's own emoji as Discord writes them. */
const custom = /<a?:\w+:\d+>/g

const known: ReadonlySet<string> = new Set(phrases.map(bare))

/** What people react with: a text of nothing else says what they feel, not what a video should show. */
const parts = [
  // Punctuation, and what only changes the look of the sign before it.
  '\\s\\p{P}\\p{Sk}\\p{Emoji_Modifier}\\u200d\\ufe0e\\ufe0f',
  // Hearts.
  '\\u2763\\u2764\\u2665\\u{1f493}-\\u{1f49f}\\u{1f5a4}\\u{1f90d}\\u{1f90e}\\u{1f9e1}\\u{1fa75}-\\u{1fa77}\\u{1faf6}',
  // Thumbs and other hands.
  '\\u261d\\u270a-\\u270c\\u{1f44a}-\\u{1f44f}\\u{1f4aa}',
  // Faces, hands among them.
  '\\u2639\\u263a\\u{1f600}-\\u{1f64f}\\u{1f910}-\\u{1f92f}\\u{1f970}-\\u{1f976}\\u{1f97a}\\u{1fae0}-\\u{1fae8}',
  // A tick, eyes, a party, a hundred, fire.
  '\\u2705\\u2714\\u{1f389}\\u{1f440}\\u{1f4af}\\u{1f525}',
]
const signs = new RegExp(`[${parts.join('')}]`, 'gu')
/** The same as Slack writes them. */
const codes =
  /:(?:[+-]1|skin-tone-\d|thumbs(?:up|down)|\w*heart\w*|clap|raised_hands|pray|ok_hand|wave|muscle|handshake|v|tada|100|fire|eyes|joy|rofl|sob|cry|wink|blush|\w*(?:smil|grin|laugh)\w*|(?:slightly_smiling|upside_down|thinking|hugging|partying|pleading|melting)_face|white_check_mark|heavy_check_mark):/g
function isReaction(text: string): boolean {
  return text.trim() !== '' && text.replace(custom, '').replace(codes, '').replace(signs, '') === ''
}

/** A moving picture, say, which the keyboard sends as its address: nobody opens it, and no model could film it. */
function isLink(text: string): boolean {
  return text
    .trim()
    .split(/\s+/)
    .every((word) => /^<?https?:\/\/./i.test(word))
}

/** Whether a whole text, whatever its capitals, accents, punctuation and emoji, asks for nothing that could be filmed. */
export function isSmallTalk(text: string): boolean {
  return isReaction(text) || isLink(text) || known.has(bare(text))
}

/** Throws `invalid_request`, which says what to write instead, for a text that asks for no video. */
export function checkAsks(text: string): void {
  if (!isSmallTalk(text)) return
  const problem = { field: 'prompt', given: '', accepted: [], rule: 'small_talk' as const }
  throw new VideoError('invalid_request', 'small talk', { problems: [problem] })
}

function bare(text: string): string {
  const words = text
    .replace(custom, ' ')
    .replace(/:[\w+-]+:/g, ' ')
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
  return words
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
}
