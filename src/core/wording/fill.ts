import type { Facts } from '../errors.ts'

/** A sentence with its `{names}` filled in; what a fact is missing for stays empty. Runs in browsers too. */
export function fill(sentence: string, facts: Facts): string {
  return sentence.replace(/\{(\w+)\}/g, (_, name: string) => String(facts[name] ?? ''))
}
