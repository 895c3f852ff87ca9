import { VideoError } from '../core/errors.ts'

/** An image as we keep it and as Google takes it. */
export interface CleanImage {
  readonly bytes: Buffer
  readonly extension: 'jpg' | 'png'
  readonly mimeType: 'image/jpeg' | 'image/png'
  readonly width: number
  readonly height: number
}

/** Why a web page in the image's place is refused: one that was fetched is a login page. */
export type WebPageMeans = 'login_page' | 'not_an_image'

/** A 48 megapixel telephone's picture passes; what pretends to be larger costs nothing but its header. */
const maxPixels = 50_000_000
/** No model renders more than 3840 x 2160. */
const maxSide = 4096

/**
 * Decodes a PNG, JPEG or WebP by its content and writes it anew: upright, without metadata, without anything that hid
 * behind it, at most 4096 pixels a side, and at most `maxBytes` long. Google takes no WebP, so that becomes PNG.
 * Throws `bad_image` with why `not_an_image` (or, for a web page, `webPage`), `animated`, `too_many_pixels`, `truncated`
 * (also damaged) or `too_large`.
 */
export async function cleanImage(bytes: Buffer, maxBytes: number, webPage: WebPageMeans): Promise<CleanImage> {
  const type = typeOf(bytes)
  if (type !== 'png' && type !== 'jpeg' && type !== 'webp') {
    throw refused(type === 'html' ? webPage : 'not_an_image', { type })
  }
  try {
    await checkHeader(bytes, type)
    return await encode(bytes, type === 'jpeg', maxBytes)
  } catch (cause) {
    if (cause instanceof VideoError) throw cause
    throw refused('truncated', { type }, cause)
  }
}

type ImageType = 'png' | 'jpeg' | 'webp' | 'gif' | 'svg' | 'html' | 'other'

function typeOf(bytes: Buffer): ImageType {
  const latin = bytes.toString('latin1', 0, 1024)
  if (latin.startsWith('\x89PNG\r\n\x1a\n')) return 'png'
  if (latin.startsWith('\xff\xd8\xff')) return 'jpeg'
  if (latin.startsWith('RIFF') && latin.startsWith('WEBP', 8)) return 'webp'
  if (latin.startsWith('GIF8')) return 'gif'
  const text = latin.replace(/^\xef\xbb\xbf/, '').trimStart()
  if (/^<(!doctype html|html|head|body)/i.test(text)) return 'html'
  return /^<(\?xml|!doctype svg|svg)/i.test(text) ? 'svg' : 'other'
}

/** A native library of some 20 MB, loaded with the first image: many an installation never sees one. */
async function imageLibrary() {
  return (await import('sharp')).default
}

async function checkHeader(bytes: Buffer, type: 'png' | 'jpeg' | 'webp'): Promise<void> {
  const sharp = await imageLibrary()
  const header = await sharp(bytes, { limitInputPixels: false }).metadata()
  if (header.format !== type) throw refused('not_an_image', { type: header.format })
  if ((header.pages ?? 1) > 1 || (type === 'png' && isAnimatedPng(bytes))) throw refused('animated', { type })
  if (header.width * header.height > maxPixels) {
    throw refused('too_many_pixels', { limit: maxPixels / 1_000_000 })
  }
}

/** An APNG says so in a chunk before the first picture; decoders that do not know it show that picture alone. */
function isAnimatedPng(bytes: Buffer): boolean {
  for (let at = 8; at + 8 <= bytes.length; at += 12 + bytes.readUInt32BE(at)) {
    const type = bytes.toString('latin1', at + 4, at + 8)
    if (type === 'acTL') return true
    if (type === 'IDAT') return false
  }
  return false
}

async function encode(bytes: Buffer, asJpeg: boolean, maxBytes: number): Promise<CleanImage> {
  const sharp = await imageLibrary()
  const decoded = sharp(bytes, { failOn: 'error', limitInputPixels: maxPixels, autoOrient: true }).resize({
    width: maxSide,
    height: maxSide,
    fit: 'inside',
    withoutEnlargement: true,
  })
  if (!asJpeg) {
    const { data, info } = await decoded.clone().png().toBuffer({ resolveWithObject: true })
    const { width, height } = info
    if (data.length <= maxBytes) return { bytes: data, extension: 'png', mimeType: 'image/png', width, height }
  }
  // Sharper than any model needs, and, unlike a PNG of a photograph, below the limit.
  const jpeg = decoded.flatten({ background: '#000' }).jpeg({ quality: 92, chromaSubsampling: '4:4:4' })
  const { data, info } = await jpeg.toBuffer({ resolveWithObject: true })
  if (data.length > maxBytes) throw refused('too_large', { limit: `${Math.floor(maxBytes / 1_000_000)} MB` })
  return { bytes: data, extension: 'jpg', mimeType: 'image/jpeg', width: info.width, height: info.height }
}

function refused(why: string, facts: Record<string, string | number>, cause?: unknown): VideoError {
  return new VideoError('bad_image', `the image was refused: ${why}`, { facts: { why, ...facts }, cause })
}
