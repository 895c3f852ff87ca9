/** The stand-in's time: the machine's, plus what a test has added. Deadlines (3 s, 15 min, nonce) are measured with it. */
export interface StandInClock {
  now(): number
  advance(milliseconds: number): void
}

export function createStandInClock(): StandInClock {
  let ahead = 0
  return {
    now: () => Date.now() + ahead,
    advance: (milliseconds) => {
      ahead += milliseconds
    },
  }
}

const discordEpoch = 1_420_070_400_000

/** Ids as Discord makes them: the time in the upper bits, so that they sort by age. */
export function createSnowflakes(clock: StandInClock): () => string {
  let sequence = 0
  return () => {
    sequence = (sequence + 1) % 4_194_304
    return ((BigInt(clock.now() - discordEpoch) << 22n) | BigInt(sequence)).toString()
  }
}
