import type { Facts } from '../core/errors.ts'

/** Google's support codes by category, from its responsible-AI page for Veo. The words are keys of core's wording. */
const codesByCategory = {
  child: ['58061214', '17301594'],
  celebrity: ['29310472', '15236754'],
  video_safety: ['64151117', '42237218'],
  dangerous: ['62263041'],
  hate: ['57734940', '22137204'],
  other: ['74803281', '29578790', '42876398'],
  prohibited: ['89371032', '49114662', '63429089', '72817394', '60599140'],
  third_party: ['35561574', '35561575'],
  sexual: ['90789179', '43188360'],
  toxic: ['78610348'],
  violence: ['61493863', '56562880'],
  vulgar: ['32635315'],
} as const
type SafetyCategory = keyof typeof codesByCategory

const categoryByCode: ReadonlyMap<string, SafetyCategory> = new Map(
  Object.entries(codesByCategory).flatMap(([category, codes]) =>
    codes.map((code) => [code, category as SafetyCategory] as const),
  ),
)

const codesInText = /support codes?:?\s*((?:\d{6,10}[\s,]*)+)/i
const safetyWords =
  /support codes?|responsible ai|usage guidelines|sensitive words|safety (?:filter|polic|guideline|reason|standard|system)|prohibited (?:use|content)|content polic|(?:violat|against)\w*.{0,40}polic/i

/** Whether Google's text speaks of a refusal for safety and not of a fault. */
export function isSafetyText(text: string): boolean {
  return safetyWords.test(text)
}

/**
 * What Google's text says about a refusal, for the wording: `reason` is the text itself, `supportCode` the first code in
 * it, `category` that code's meaning (`other` where there is none or an unknown one).
 */
export function safetyFacts(text: string): Facts {
  const codes = codesInText.exec(text)?.[1]?.match(/\d+/g) ?? []
  const known = codes.find((code) => categoryByCode.has(code))
  const supportCode = known ?? codes[0]
  const category = categoryByCode.get(supportCode ?? '') ?? 'other'
  return { category, reason: text, ...(supportCode ? { supportCode } : {}) }
}
