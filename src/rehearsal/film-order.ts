/** Everything a film is made from: the same order gives the same bytes on the same machine. */
export interface FilmOrder {
  /** Pixels, both even. */
  readonly width: number
  readonly height: number
  /** Whole seconds. */
  readonly seconds: number
  readonly prompt: string
  /** What the model was asked for, in one short line in the corner of the picture. */
  readonly label: string
  /** The picture shown behind the words: a file below the rehearsal's folder, named by its content; or null. */
  readonly picture: string | null
  /** Chooses the colours and the chord: hexadecimal, at least 8 digits. */
  readonly mood: string
  readonly sound: boolean
}

/** Frames a second of every film: what Google's models give. */
export const framesPerSecond = 24
