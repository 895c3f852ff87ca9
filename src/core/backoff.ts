/** Google keeps a video for two days: whoever says to come back later than in an hour is asked again after that. */
const longestAskedMilliseconds = 3_600_000

/**
 * How long to wait before a step is tried again, in milliseconds: what the other side asked for, an hour at most, else
 * doubling from two seconds to `longest`, with a quarter of jitter so that what failed together does not come back together.
 */
export function backoffMilliseconds(attempts: number, retryAfterSeconds: number | undefined, longest = 60_000): number {
  const asked = retryAfterSeconds === undefined ? 0 : Math.min(longestAskedMilliseconds, retryAfterSeconds * 1000)
  const doubling = Math.min(longest, 1000 * 2 ** Math.min(attempts, 10))
  return Math.round(Math.max(asked, doubling) * (1 + Math.random() / 4))
}
