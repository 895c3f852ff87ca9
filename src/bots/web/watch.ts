import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import { VideoError } from '../../core/errors.ts'
import { findModel } from '../../core/models.ts'
import type { Operation } from '../../core/operation.ts'
import type { Person, VideoCommands } from '../../core/ports/commands.ts'
import type { Clock } from '../../core/ports/machine.ts'
import { languageOf, say } from '../../core/wording.ts'
import { pathOf, type SignedLink, verifyLink } from '../links.ts'
import { escapeHtml, htmlPage } from './html.ts'
import { sendOutput } from './outputs.ts'
import { watchQuery } from './schemas.ts'
import { localeOf } from './session.ts'

interface WatchOptions {
  readonly commands: VideoCommands
  readonly clock: Clock
  readonly linkSecret: string
  /** Without a closing slash. */
  readonly publicUrl: string | null
}

/** Reads, never acts: the signature has already said that this one Operation may be seen. */
const linkHolder: Person = {
  id: 'web:link',
  name: 'link',
  workspace: 'web',
  channel: null,
  roles: [],
  admin: true,
  locale: 'en',
}

const styles = '<link rel="stylesheet" href="/watch.css">'
/** Chats cut titles anyway, and an unfurled prompt should not fill a channel. */
const titleCharacters = 120

/** The public player page of one Operation behind a signed link, with its files, for people and for chats that unfurl it. */
export const watchRoutes: FastifyPluginAsync<WatchOptions> = async (app, options) => {
  const schema = { hide: true }
  app.get<Watched>('/watch/:id', { schema }, async (request, reply) => {
    const lang = languageOf(localeOf(request.headers['accept-language']))
    const found = await find(request, options)
    reply.type('text/html; charset=utf-8').header('cache-control', 'private, no-cache')
    if (typeof found === 'string') {
      reply.code(found === 'expired' ? 410 : found === 'unready' ? 503 : 404)
      return htmlPage(lang, say(lang, `web.watch.${found}.title`), [say(lang, `web.watch.${found}.text`)], styles)
    }
    return playerPage(found.operation, found.link, originOf(request, options), lang)
  })
  app.get('/watch.css', { schema }, async (_request, reply) =>
    reply.type('text/css; charset=utf-8').header('cache-control', 'public, max-age=3600').send(stylesheet),
  )
  for (const file of ['/video', '/poster'] as const) {
    app.get<Watched>(`/watch/:id${file}`, { schema, compress: false }, async (request, reply) => {
      const found = await find(request, options)
      const name =
        typeof found === 'string' ? null : file === '/video' ? found.operation.videoFile : found.operation.posterFile
      if (name === null) throw new VideoError('not_found', 'no such file behind this link')
      return sendOutput(name, false, options.commands, request, reply)
    })
  }
}

interface Watched {
  Params: { id: string }
}
type Refusal = 'expired' | 'forged' | 'gone' | 'unready'

async function find(
  request: FastifyRequest<Watched>,
  { commands, clock, linkSecret }: WatchOptions,
): Promise<{ operation: Operation; link: SignedLink } | Refusal> {
  const query = watchQuery.safeParse(request.query)
  if (!query.success) return 'forged'
  const link = { operationId: request.params.id, ...query.data }
  const verdict = verifyLink(link, linkSecret, clock.now())
  if (verdict !== 'good') return verdict
  try {
    const operation = await commands.get(link.operationId, linkHolder)
    if (operation.removedAt !== null || operation.retiredAt !== null || operation.status === 'error') return 'gone'
    return operation.status === 'completed' && operation.videoFile !== null ? { operation, link } : 'unready'
  } catch (thrown) {
    if (thrown instanceof VideoError && thrown.code === 'not_found') return 'gone'
    throw thrown
  }
}

function originOf(request: FastifyRequest, { publicUrl }: WatchOptions): string {
  return publicUrl ?? `${request.protocol}://${request.host}`
}

function playerPage({ request, posterFile }: Operation, link: SignedLink, origin: string, lang: string): string {
  const wide = request.aspectRatio === '16:9'
  const [long, short] = sidesOf(request.resolution)
  const title =
    request.prompt.length > titleCharacters ? `${request.prompt.slice(0, titleCharacters - 1)}…` : request.prompt
  const model = findModel(request.model)?.name ?? request.model
  const facts = { model, resolution: request.resolution, seconds: request.durationSeconds }
  const description = say(lang, 'web.watch.facts', facts)
  const video = `${origin}${pathOf(link, '/video')}`
  const poster = posterFile === null ? null : `${origin}${pathOf(link, '/poster')}`
  const tags: readonly (readonly [string, string | number | null])[] = [
    ['og:site_name', 'Dailies'],
    ['og:type', 'video.other'],
    ['og:title', title],
    ['og:description', description],
    ['og:url', `${origin}${pathOf(link)}`],
    ['og:video', video],
    ['og:video:secure_url', video.startsWith('https:') ? video : null],
    ['og:video:type', 'video/mp4'],
    ['og:video:width', wide ? long : short],
    ['og:video:height', wide ? short : long],
    ['og:image', poster],
  ]
  const meta = tags
    .filter(([, content]) => content !== null)
    .map(([property, content]) => `<meta property="${property}" content="${escapeHtml(String(content))}">`)
  const shape = `width="${wide ? long : short}" height="${wide ? short : long}"`
  const image = poster === null ? '' : ` poster="${escapeHtml(pathOf(link, '/poster'))}"`
  const player = `<video controls playsinline preload="metadata" ${shape}${image} src="${escapeHtml(pathOf(link, '/video'))}"></video>`
  return htmlPage(lang, title, [description], [styles, ...meta].join('\n'), player)
}

/** The longer and the shorter side in pixels. */
function sidesOf(resolution: string): readonly [number, number] {
  if (resolution === '4k') return [3840, 2160]
  const short = Number.parseInt(resolution, 10)
  return [Math.round((short * 16) / 9), short]
}

/** A dark room with a screen. */
const stylesheet = `:root { color-scheme: dark; --ink: #eceae4; --muted: #a3a8aa; background: #0d0f11; color: var(--ink) }
body { margin: 0; font: 1rem/1.5 system-ui, sans-serif }
main { display: flex; flex-direction: column; gap: 1rem; box-sizing: border-box; max-width: 72rem; min-height: 100svh;
  margin: auto; padding: clamp(1rem, 4vw, 3rem); justify-content: center }
video { width: 100%; height: auto; max-height: 78svh; background: #000; border-radius: .25rem; order: -1 }
h1 { margin: 0; font-size: 1.125rem; font-weight: 600; overflow-wrap: anywhere; white-space: pre-wrap }
p { margin: 0; color: var(--muted) }
`
