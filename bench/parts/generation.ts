import { seeded } from './figures.ts'

/** How long generations take: one bell, several kinds of request mixed, or one bell that moves while we learn. */
export const kinds = ['lognormal', 'mixture', 'drifting'] as const
export type Kind = (typeof kinds)[number]

/**
 * One generation time of a kind after another in seconds, 11 s to 6 min as Google documents them. `still`: all as if they
 * were the n-th, so that a moving kind stands still.
 */
export function generationTimes(kind: Kind, seed: number, still?: number): () => number {
  const next = seeded(seed)
  const normal = () => Math.sqrt(-2 * Math.log(next() + 1e-12)) * Math.cos(2 * Math.PI * next())
  let count = still ?? 0
  return () => {
    count += still === undefined ? 1 : 0
    return Math.min(360, Math.max(11, secondsOf(kind, next, normal, count)))
  }
}

/** Over how many Operations the drifting kind becomes half as slow again. */
const driftOver = 2_000

function secondsOf(kind: Kind, next: () => number, normal: () => number, count: number): number {
  switch (kind) {
    case 'lognormal':
      return 70 * Math.exp(0.35 * normal())
    case 'mixture': {
      const part = next()
      if (part < 0.6) return 40 * Math.exp(0.25 * normal())
      return part < 0.9 ? 90 * Math.exp(0.3 * normal()) : 200 * Math.exp(0.3 * normal())
    }
    case 'drifting':
      return 60 * (1 + Math.min(1, count / driftOver) / 2) * Math.exp(0.3 * normal())
  }
}
