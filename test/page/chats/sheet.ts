import { mkdir, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Browser } from 'playwright-core'
import sharp from 'sharp'

const folder = resolve('docs/pictures')

/** One picture: an HTML body, its styles, and a script that draws its elements where it has one. */
export interface Sheet {
  readonly name: string
  readonly body: string
  readonly styles: string
  readonly script?: string
  /** In CSS pixels. */
  readonly width: number
}

/** Draws one sheet and keeps it as docs/pictures/<name>.png; the page reaches no network at all. */
export async function takeSheet(browser: Browser, sheet: Sheet): Promise<void> {
  await mkdir(folder, { recursive: true })
  const context = await browser.newContext({
    viewport: { width: sheet.width, height: 400 },
    deviceScaleFactor: 1.5,
    offline: true,
  })
  const page = await context.newPage()
  const asked: string[] = []
  page.on('request', (request) => {
    if (request.url().startsWith('http')) asked.push(request.url())
  })
  const head = `<meta charset="utf-8"><style>${await font()} body { margin: 0 } ${sheet.styles}</style>`
  await page.setContent(`<!doctype html>${head}<main>${sheet.body}</main>`)
  if (sheet.script) await page.addScriptTag({ content: sheet.script, type: 'module' })
  await page.evaluate(async () => {
    await Promise.all([...document.fonts].map((each) => each.load()))
    await new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted)))
  })
  for (const film of await page.locator('video').all())
    await film.evaluate((video: HTMLVideoElement) => {
      if (video.readyState > 0) return
      return new Promise((known) => video.addEventListener('loadedmetadata', known, { once: true }))
    })
  const png = await page.locator('main').screenshot()
  await sharp(png)
    .png({ compressionLevel: 9, effort: 10 })
    .toFile(join(folder, `${sheet.name}.png`))
  await context.close()
  if (asked.length > 0) throw new Error(`${sheet.name} wanted ${asked.join(', ')}`)
}

/** A film and a still out of its middle, which a messenger shows before somebody presses play; both as data URLs. */
export interface Film {
  readonly source: string
  readonly poster: string
}

export async function openFilm(browser: Browser, bytes: Uint8Array): Promise<Film> {
  const source = `data:video/mp4;base64,${Buffer.from(bytes).toString('base64')}`
  const page = await browser.newPage()
  const poster = await page.evaluate(
    (source) =>
      new Promise<string>((done, failed) => {
        const video = Object.assign(document.createElement('video'), { src: source, muted: true })
        video.onerror = () => failed(new Error('the film does not play'))
        video.onloadedmetadata = () => {
          video.currentTime = video.duration / 2
        }
        video.onseeked = () => {
          const canvas = Object.assign(document.createElement('canvas'), { width: 640, height: 360 })
          canvas.getContext('2d')?.drawImage(video, 0, 0, 640, 360)
          done(canvas.toDataURL('image/jpeg', 0.9))
        }
      }),
    source,
  )
  await page.close()
  return { source, poster }
}

/** A face: a person's first letter on a color. */
export function face(name: string, background: string): string {
  const letter = `<text x="20" y="27" text-anchor="middle" font-family="sans-serif" font-size="19" fill="#fff">${name[0]}</text>`
  const drawn = `<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"><rect width="40" height="40" fill="${background}"/>${letter}</svg>`
  return `data:image/svg+xml;base64,${Buffer.from(drawn).toString('base64')}`
}

/** The one font of all pictures, under the name of Discord's, which like Slack's is not free. */
async function font(): Promise<string> {
  const file = new URL(import.meta.resolve('@fontsource-variable/archivo/files/archivo-latin-wght-normal.woff2'))
  const bytes = (await readFile(file)).toString('base64')
  return `@font-face { font-family: 'gg sans'; font-weight: 100 900; src: url(data:font/woff2;base64,${bytes}) format('woff2') }`
}
