/** What a walk over an MP4's boxes finds. */
export interface Mp4 {
  readonly seconds: number
  /** Seconds since 1904 at which the file says it was made. */
  readonly madeAt: number
  readonly tracks: readonly {
    readonly kind: string
    readonly width: number
    readonly height: number
    readonly samples: number
  }[]
  /** Samples a player can begin at, of the video track. */
  readonly keySamples: number
}

/** Walks over the boxes; throws where one reaches beyond the end or the media is missing. */
export function readMp4(file: Uint8Array): Mp4 {
  const bytes = Buffer.from(file)
  const top = boxes(bytes)
  const moov = inside(top, 'moov')
  const mvhd = one(moov, 'mvhd')
  const seconds = mvhd.readUInt32BE(16) / mvhd.readUInt32BE(12)
  if (one(top, 'mdat').length === 0) throw new Error('no media')
  let keySamples = 0
  const tracks = moov
    .filter(({ type }) => type === 'trak')
    .map(({ body }) => {
      const trak = boxes(body)
      const header = one(trak, 'tkhd')
      const mdia = inside(trak, 'mdia')
      const kind = one(mdia, 'hdlr').toString('latin1', 8, 12)
      const table = inside(inside(mdia, 'minf'), 'stbl')
      const sync = table.find(({ type }) => type === 'stss')
      if (kind === 'vide' && sync) keySamples = sync.body.readUInt32BE(4)
      const samples = one(table, 'stsz').readUInt32BE(8)
      return { kind, width: header.readUInt32BE(76) >> 16, height: header.readUInt32BE(80) >> 16, samples }
    })
  return { seconds, madeAt: mvhd.readUInt32BE(4), tracks, keySamples }
}

interface Box {
  readonly type: string
  readonly body: Buffer
}

function boxes(bytes: Buffer): Box[] {
  const found: Box[] = []
  for (let at = 0; at < bytes.length; ) {
    const size = bytes.readUInt32BE(at)
    if (size < 8 || at + size > bytes.length) throw new Error('a box reaches beyond the end')
    found.push({ type: bytes.toString('latin1', at + 4, at + 8), body: bytes.subarray(at + 8, at + size) })
    at += size
  }
  return found
}

function one(among: readonly Box[], type: string): Buffer {
  const box = among.find((each) => each.type === type)
  if (!box) throw new Error(`no ${type}`)
  return box.body
}

const inside = (among: readonly Box[], type: string) => boxes(one(among, type))
