import { readdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { commands } from '../../src/bots/command.ts'
import { readWords } from '../../src/bots/words.ts'
import { actions } from '../../src/core/card.ts'
import { catalogue as models } from '../../src/core/models.ts'
import { de } from '../../src/core/wording/de.ts'
import { type Catalogue, en } from '../../src/core/wording/en.ts'
import { es } from '../../src/core/wording/es.ts'
import { fr } from '../../src/core/wording/fr.ts'
import { ja } from '../../src/core/wording/ja.ts'
import { languages, say, sentencesOf } from '../../src/core/wording.ts'

/** Complete by type as well: `tsc` names the keys that a language lacks. */
const catalogues: Readonly<Record<string, Catalogue>> = { en, de, fr, es, ja }
const translations = Object.entries(catalogues).filter(([language]) => language !== 'en')
const keys = Object.keys(en) as (keyof Catalogue)[]

function placeholders(sentence: string): readonly string[] {
  return (sentence.match(/\{\w+\}/g) ?? []).sort()
}

/** Words that are the same in two languages, and names. */
const sharedWords: Readonly<Record<string, readonly string[]>> = {
  de: 'Admin Budgets Dailies Details Format Live Median CRC-32 Seed Video budget pause person prompt seed status video videos'.split(
    ' ',
  ),
  fr: 'Admin Budgets Conversation Dailies Format CRC-32 budget message min pause prompt s video videos'.split(' '),
  es: 'Admin Dailies CRC-32 Video prompt video videos'.split(' '),
  ja: 'Dailies CRC-32 video videos'.split(' '),
}
const units = ['min', 's']

function wordsOf(sentence: string): readonly string[] {
  return sentence.replace(/\{\w+\}/g, ' ').match(/[\p{L}\p{N}-]*\p{L}[\p{L}\p{N}-]*/gu) ?? []
}

describe.each(translations)('in %s', (language, texts) => {
  it('every sentence is there, and none that English no longer has', () => {
    expect(keys.filter((key) => !texts[key])).toEqual([])
    expect(Object.keys(texts).filter((key) => !(key in en))).toEqual([])
  })

  it('every sentence tells the same facts as in English', () => {
    const different = keys.filter((key) => placeholders(texts[key]).join() !== placeholders(en[key]).join())
    expect(different).toEqual([])
  })

  it('what is busy, and how large an image may be, is said as in English', () => {
    expect(texts['queued.retry.text']).toMatch(/Google.*(Server eines Bildes|serveur d’une image|de una imagen|画像)/)
    expect(texts['image.too_many_pixels']).toMatch(/\{limit\}.(Megapixel|m[eé]gap[ií]xel|メガピクセル)/)
  })

  it('nothing was left in English', () => {
    const shared = new Set([...(sharedWords[language] ?? []), ...units])
    const left = keys.filter((key) => texts[key] === en[key] && wordsOf(en[key]).some((word) => !shared.has(word)))
    expect(left).toEqual([])
  })

  it('words that people have to type stay as they are understood', () => {
    const typed = [
      '“all”',
      '“none”',
      '“unlimited”',
      '“default”',
      'npm run doctor',
      'npm ci',
      '/invite',
      '/docs',
      '--no',
    ]
    const lost = keys.filter((key) =>
      typed.some((word) => en[key].includes(word) && !texts[key].includes(word.replace(/[“”]/g, ''))),
    )
    expect(lost).toEqual([])
  })

  it('a sentence that names a button names it as the button does', () => {
    const named = keys.flatMap((key) =>
      actions
        .filter((action) => en[key].includes(`“${en[`action.${action}`]}”`))
        .filter((action) => !texts[key].includes(texts[`action.${action}`]))
        .map((action) => `${key} ${action}`),
    )
    expect(named).toEqual([])
  })

  it('is what people of that language are told', () => {
    expect(say(language, 'completed.title')).toBe(texts['completed.title'])
    expect(say(`${language}-XX`, 'completed.title')).toBe(texts['completed.title'])
    expect(sentencesOf(language, ['web.title', 'web.live'])['web.live']).toBe(texts['web.live'])
  })
})

it('every language is on offer, and English for all others', () => {
  expect(languages.toSorted()).toEqual(Object.keys(catalogues).toSorted())
  expect(say('nl', 'completed.title')).toBe(en['completed.title'])
})

/** Everything of src but the sentences themselves, in one text. */
async function source(): Promise<string> {
  const names = await readdir('src', { recursive: true })
  const wanted = names.filter((name) => /\.tsx?$/.test(name) && dirname(name) !== join('core', 'wording'))
  return (await Promise.all(wanted.map((name) => readFile(join('src', name), 'utf8')))).join('\n')
}

/** The stages of a card, whose sentences `titleAndText` finds by the stage's name. */
const ofStages = /^(held|queued|starting|generating|saving|completed)\.(title|text)$/

it('no sentence is kept that nobody says', async () => {
  const text = await source()
  const said = new Set(Array.from(text.matchAll(/['"`]([a-z][\w.]+)['"`]/g), ([, name]) => name))
  // `error.${code}.title`: what begins with words, and has only names in its holes.
  const made = Array.from(
    text.matchAll(/`([a-z][\w.]*\.(?:[\w.]|\$\{[^{}`]+\})*\$\{[^{}`]+\}[\w.]*)`/g),
    ([, name = '']) => name.replaceAll('.', '\\.').replace(/\$\{[^}]+\}/g, '[\\w.:]+'),
  )
  const patterns = new RegExp(`^(${[...new Set(made)].join('|')})$`)
  expect(keys.filter((key) => !said.has(key) && !patterns.test(key) && !ofStages.test(key))).toEqual([])
})

/** The quotes, apostrophes and spaces that a language sets; straight ones are a typewriter's. */
const foreign: Readonly<Record<string, RegExp>> = {
  en: /["'«»„「」]|\.\.\./,
  de: /["'«»”「」]|\.\.\./,
  fr: /["'“”„「」]|\.\.\.| [:;!?»%]|« |[^\s\u00a0][;!?»]/,
  es: /["'“”„「」]|\.\.\.|^[^¿]*\?|^[^¡]*!/,
  ja: /["'“”„«»]|\.\.\.|[ぁ-んァ-ヶ一-龠][,.!?](?!\w)/,
}

it.each(Object.entries(catalogues))('%s is set as its readers expect', (language, texts) => {
  const wrong = foreign[language] ?? /$^/
  expect(keys.filter((key) => wrong.test(texts[key])).map((key) => `${key}: ${texts[key]}`)).toEqual([])
})

/** Discord's and Slack's limits, and which sentences stand where they hold. */
const limits: readonly (readonly [RegExp, number])[] = [
  [/^(command|option)\.\w+\.name$/, 32],
  [/^(command|option)\.\w+\.text$/, 100],
  [/^menu\.\w+\.name$/, 32],
  [/^action\.|^chat\.(list|edit)\.(open|newest|next|again|last_frame)$|^slack\.form\.auto$/, 75],
  // Slack's check boxes.
  [/^option\.(draft|private)\.text$/, 75],
  [/^choice\.(aspect|status|scope|since|whose)\./, 75],
  // Slack's titles and buttons of forms; Discord's own limit is 45.
  [/^form\.\w+\.title$|^slack\.form\.(submit|close)$/, 24],
  [/^form\.[\w.]+\.label$/, 45],
  // Slack's confirmation dialog.
  [/^chat\.delete\.title$/, 100],
  [/^chat\.delete\.text$/, 300],
  [/^chat\.delete\.yes$/, 30],
]

describe.each(Object.entries(catalogues))('in Discord and Slack, in %s', (_, texts) => {
  it('every name, description, button and label fits', () => {
    const long = limits.flatMap(([where, most]) =>
      keys.filter((key) => where.test(key) && texts[key].length > most).map((key) => `${key}: ${texts[key]}`),
    )
    expect(long).toEqual([])
  })

  it('names of commands and options are ones that Discord takes, each once', () => {
    const names = commands.map(({ name }) => texts[`command.${name}.name`])
    const optionsOf = commands.map(({ options }) => options.map(({ name }) => texts[`option.${name}.name`]))
    const bad = [names, ...optionsOf].flat().filter((name) => !/^[-_\p{L}\p{N}]{1,32}$/u.test(name))
    expect(bad).toEqual([])
    expect([names, ...optionsOf].flat().filter((name) => name !== name.toLowerCase())).toEqual([])
    for (const list of [names, ...optionsOf]) expect(new Set(list).size).toBe(list.length)
  })

  it('the example of the help is understood', () => {
    const { input } = readWords(texts['chat.help.example'], models)
    expect(input).toMatchObject({ aspectRatio: '9:16', durationSeconds: '8' })
    expect(input.prompt).not.toMatch(/9:16|8s/)
  })
})
