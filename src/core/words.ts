/** Scripts that put blanks between words; in others a word is found wherever its signs stand. */
const spaced = /[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}\p{N}]/u

/** Whether a text contains a word or phrase as a whole, whatever its case, accents and width: not "ass" in "glass". */
export function hasWord(text: string, word: string): boolean {
  const wanted = folded(word).trim()
  if (wanted === '') return false
  const escaped = wanted.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&').replace(/\s+/g, '\\s+')
  const before = spaced.test(wanted.at(0) ?? '') ? '(?<![\\p{L}\\p{N}])' : ''
  const after = spaced.test(wanted.at(-1) ?? '') ? '(?![\\p{L}\\p{N}])' : ''
  return new RegExp(`${before}${escaped}${after}`, 'u').test(folded(text))
}

function folded(text: string): string {
  // Compatibility forms fold look-alike widths, and without marks "é" is "e"; invisible signs split no word.
  return text
    .normalize('NFKD')
    .replace(/[\p{M}\p{Cf}]/gu, '')
    .toLowerCase()
}
