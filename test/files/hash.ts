import { crc32 } from 'node:zlib'

/** Hex CRC-32 of all the pieces together, as an Operation names its video. */
export function hashOf(...pieces: readonly Uint8Array[]): string {
  return pieces
    .reduce((sum, piece) => crc32(piece, sum), 0)
    .toString(16)
    .padStart(8, '0')
}
