import { createRequire } from 'node:module'
import sharp, { type OverlayOptions } from 'sharp'
import type { FilmOrder } from './film-order.ts'

/** The circle of the film leader in which a hand goes round once a second, in pixels. */
export interface Dial {
  readonly x: number
  readonly y: number
  readonly radius: number
}

/** The still part of a film: three bytes a pixel, and where the moving parts belong. */
export interface Still {
  readonly rgb: Uint8Array
  readonly dial: Dial
  /** Top and height of the track along which a light travels. */
  readonly track: { readonly y: number; readonly height: number }
}

/** Draws what does not move: colours or the given picture, the mark, the prompt in the largest type that fits. */
export async function drawStill(order: FilmOrder): Promise<Still> {
  const unit = Math.min(order.width, order.height) / 720
  const portrait = order.height > order.width
  const dial: Dial = order.picture
    ? { x: order.width - 84 * unit, y: 84 * unit, radius: 40 * unit }
    : { x: order.width / 2, y: order.height * (portrait ? 0.36 : 0.4), radius: 176 * unit }
  const track = { y: Math.round(order.height - 10 * unit), height: Math.max(2, Math.round(4 * unit)) }
  const background = order.picture
    ? await sharp(order.picture).resize(order.width, order.height, { fit: 'cover' }).removeAlpha().png().toBuffer()
    : Buffer.from(colours(order))
  const layers: OverlayOptions[] = [{ input: Buffer.from(furniture(order, dial, unit)) }]
  layers.push(...(await mark(order, unit)), await words(order, unit))
  const { data } = await sharp(background)
    .resize(order.width, order.height)
    .composite(layers)
    .removeAlpha()
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true })
  return { rgb: data, dial, track }
}

/** Three soft lights over a dark slope; hues from the order's mood, always a little apart so that the picture has depth. */
function colours({ width, height, mood }: FilmOrder): string {
  const hue = Number.parseInt(mood.slice(0, 4), 16) % 360
  const apart = 28 + (Number.parseInt(mood.slice(4, 6), 16) % 60)
  const side = Number.parseInt(mood.slice(6, 8), 16) / 255
  const light = (id: string, turn: number, x: number, y: number, lightness: number) =>
    `<radialGradient id="${id}" cx="${x}" cy="${y}" r="0.75">
      <stop offset="0" stop-color="hsl(${(hue + turn) % 360},72%,${lightness}%)"/>
      <stop offset="1" stop-color="hsl(${(hue + turn) % 360},72%,${lightness}%)" stop-opacity="0"/></radialGradient>`
  const fill = (id: string) => `<rect width="${width}" height="${height}" fill="url(#${id})"/>`
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><defs>
    <linearGradient id="base" x1="0" y1="0" x2="1" y2="1">
      <stop offset="0" stop-color="hsl(${hue},55%,16%)"/><stop offset="1" stop-color="hsl(${(hue + apart) % 360},60%,9%)"/>
    </linearGradient>
    ${light('a', 0, 0.15 + side * 0.3, 0.1, 38)}${light('b', apart, 0.9, 0.35 + side * 0.3, 34)}
    ${light('c', 360 - apart, 0.3 + side * 0.4, 1, 27)}</defs>
    ${fill('base')}${fill('c')}${fill('b')}${fill('a')}</svg>`
}

/** The leader's circles and cross, and shade below the words. */
function furniture({ width, height, picture }: FilmOrder, dial: Dial, unit: number): string {
  const line = (x1: number, y1: number, x2: number, y2: number) => `<line x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}"/>`
  const arm = dial.radius * (picture ? 1.2 : 1.5)
  const { x, y, radius } = dial
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><defs>
    <linearGradient id="shade" x1="0" y1="0" x2="0" y2="1">
      <stop offset="0" stop-opacity="${picture ? 0.5 : 0.2}"/><stop offset="0.22" stop-opacity="0"/>
      <stop offset="0.45" stop-opacity="0"/><stop offset="1" stop-opacity="${picture ? 0.85 : 0.55}"/>
    </linearGradient></defs>
    <rect width="${width}" height="${height}" fill="url(#shade)"/>
    <g fill="none" stroke="#fff" stroke-opacity="0.55" stroke-width="${2 * unit}">
      ${line(x - arm, y, x + arm, y)}${line(x, y - arm, x, y + arm)}
    </g>
    <g fill="none" stroke="#fff" stroke-opacity="0.85" stroke-width="${3 * unit}">
      <circle cx="${x}" cy="${y}" r="${radius}"/><circle cx="${x}" cy="${y}" r="${radius * 0.84}"/>
    </g>
    <rect x="0" y="${height - 10 * unit}" width="${width}" height="${4 * unit}" fill="#fff" fill-opacity="0.18"/></svg>`
}

/** REHEARSAL in a corner that no player's controls cover, and what was asked for below it. */
async function mark(order: FilmOrder, unit: number): Promise<OverlayOptions[]> {
  const name = await type('REHEARSAL', 30 * unit, '#1b1300')
  const label = await type(order.label, 20 * unit, '#ffffff')
  const left = Math.round(44 * unit)
  const top = Math.round(44 * unit)
  const inside = Math.round(18 * unit)
  const dot = Math.round(26 * unit)
  const width = name.width + inside * 2 + dot
  const height = name.height + inside
  const plate = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
    <rect width="${width}" height="${height}" rx="${height / 5}" fill="#ffc233"/>
    <circle cx="${inside + dot / 2 - 4 * unit}" cy="${height / 2}" r="${9 * unit}" fill="#c01818"/></svg>`
  return [
    { input: Buffer.from(plate), left, top },
    { input: name.png, left: left + inside + dot, top: top + Math.round(inside / 2) },
    { input: label.png, left, top: top + height + Math.round(14 * unit) },
  ]
}

async function words(order: FilmOrder, unit: number): Promise<OverlayOptions> {
  const width = Math.round(order.width - 96 * unit)
  const highest = order.height * (order.height > order.width ? 0.38 : 0.3)
  const sizes = [68, 56, 46, 38, 31, 26, 22].map((size) => size * unit)
  let text = [...order.prompt].slice(0, 700).join('')
  for (;;) {
    for (const size of sizes) {
      const drawn = await type(text, size, '#ffffff', width)
      if (drawn.height > highest) continue
      return { input: drawn.png, left: Math.round(48 * unit), top: Math.round(order.height - 44 * unit - drawn.height) }
    }
    text = `${[...text]
      .slice(0, Math.floor([...text].length * 0.7))
      .join('')
      .trimEnd()}…`
  }
}

const require = createRequire(import.meta.url)

/**
 * A line or a paragraph of type. The font comes with us, because a bare machine has none; signs it lacks are drawn with
 * the machine's fonts where there are any, else as boxes.
 */
async function type(text: string, pixels: number, colour: string, width?: number) {
  const fontfile = require.resolve('dejavu-fonts-ttf/ttf/DejaVuSansCondensed-Bold.ttf')
  // Control characters and halves of signs are no XML, and Pango refuses a text without ink.
  const written = text
    .toWellFormed()
    .replace(/[\p{Cc}\p{Cn}]+/gu, ' ')
    .trim()
  const clean = /[\p{L}\p{N}\p{P}\p{S}]/u.test(written) ? written : '…'
  const markup = clean.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
  const { data, info } = await sharp({
    text: {
      text: `<span foreground="${colour}">${markup}</span>`,
      font: `DejaVu Sans Condensed Bold ${Math.max(6, Math.round(pixels))}`,
      fontfile,
      dpi: 72,
      rgba: true,
      wrap: 'word-char',
      ...(width === undefined ? {} : { width }),
    },
  })
    .png()
    .toBuffer({ resolveWithObject: true })
  return { png: data, width: info.width, height: info.height }
}
