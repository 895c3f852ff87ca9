/** What people say to a bot without asking for a video: greetings, thanks and a call for help, in the bot's languages. */
const phrases = [
  ...['hi', 'hello', 'hey', 'hi there', 'hello there', 'hey there', 'good morning', 'good afternoon', 'good evening'],
  ...['thanks', 'thank you', 'thanks a lot', 'thank you so much', 'thank you very much', 'many thanks', 'thx', 'help'],
  ...['hallo', 'moin', 'servus', 'guten Morgen', 'guten Tag', 'guten Abend', 'danke', 'danke dir', 'danke schön'],
  ...['dankeschön', 'vielen Dank', 'besten Dank', 'Hilfe'],
  ...['bonjour', 'bonsoir', 'salut', 'coucou', 'merci', 'merci beaucoup', 'merci bien', 'aide', 'à l’aide'],
  ...['hola', 'buenas', 'buenos días', 'buenas tardes', 'buenas noches', 'gracias', 'muchas gracias', 'ayuda'],
  ...['こんにちは', 'こんばんは', 'おはよう', 'おはようございます', 'ありがとう', 'ありがとうございます'],
  ...['ありがとうございました', 'どうも', 'ヘルプ', '助けて', '使い方'],
]

const known: ReadonlySet<string> = new Set(phrases.map(bare))

/** Whether a whole text, whatever its capitals, accents, punctuation and emoji, asks for nothing that could be filmed. */
export function isSmallTalk(text: string): boolean {
  return known.has(bare(text))
}

function bare(text: string): string {
  const words = text
    .replace(/:[\w+-]+:/g, ' ')
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
  return words
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
}
