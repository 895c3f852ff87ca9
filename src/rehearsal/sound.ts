/** Samples a second. */
export const sampleRate = 48_000

const chords = [
  [0, 7, 16],
  [0, 5, 12],
  [0, 7, 14],
  [0, 3, 10],
] as const

/** One second of a quiet chord chosen by the mood, with a soft tick at its beginning; fades in and out with the film. */
export function soundOfSecond(mood: string, second: number, seconds: number): Float32Array<ArrayBuffer> {
  const root = 110 * 2 ** ((Number.parseInt(mood.slice(0, 2), 16) % 12) / 12)
  const chord = chords[Number.parseInt(mood.slice(2, 4), 16) % chords.length] ?? chords[0]
  const samples = new Float32Array(sampleRate)
  for (let index = 0; index < sampleRate; index += 1) {
    const at = second + index / sampleRate
    const fade = Math.min(1, at / 0.6, (seconds - at) / 0.6)
    let value = 0
    for (const step of chord) value += Math.sin(2 * Math.PI * root * 2 ** (step / 12) * at)
    const tick = Math.exp(-(at % 1) * 70) * Math.sin(2 * Math.PI * 1000 * at)
    samples[index] = fade * (0.045 * value * (0.85 + 0.15 * Math.sin(2 * Math.PI * 0.5 * at)) + 0.1 * tick)
  }
  return samples
}
