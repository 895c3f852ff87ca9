import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import serveStatic from '@fastify/static'
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { languageOf, say, sentencesOf } from '../../core/wording.ts'
import type { Page } from './built-page.ts'
import { htmlPage } from './html.ts'
import { HttpProblem } from './problems.ts'
import { contentSecurityPolicy } from './protection.ts'
import { localeOf } from './session.ts'

/** Addresses that the page itself takes apart. */
const views = ['/', '/gallery', '/admin', '/admin/:part'] as const
/** Which sentences the page says by itself. */
const spoken = ['web.', 'choice.', 'action.', 'form.', 'budget.', 'office.', 'suggest.'] as const

/** The page for people at its addresses, in their language, and its files. */
export const pageRoutes: FastifyPluginAsync<{ page: Page }> = async (app, { page }) => {
  await app.register(serveStatic, {
    root: fileURLToPath(new URL('../../../dist/', import.meta.url)),
    serve: false,
    preCompressed: true,
    suppressWarning: true,
  })
  // The primitives of Radix bring style elements of their own; these need the nonce, scripts never do.
  const helmet = { contentSecurityPolicy: { useDefaults: false, directives: contentSecurityPolicy } }
  for (const url of views) {
    app.get(url, { schema: { hide: true }, helmet: { ...helmet, enableCSPNonces: true } }, (request, reply) =>
      answerPage(page, request, reply),
    )
  }
  app.get<{ Params: { file: string } }>('/assets/:file', { schema: { hide: true } }, async (request, reply) => {
    const { file } = request.params
    if (!/^[\w-]+(\.[\w-]+)*\.(js|css|svg|woff2)$/.test(file)) throw new HttpProblem('no_route')
    const folder = await page.folder().catch(() => {
      throw new HttpProblem('no_route')
    })
    return reply.sendFile(file, join(folder, 'assets'), { maxAge: '365d', immutable: true })
  })
}

async function answerPage(page: Page, request: FastifyRequest, reply: FastifyReply) {
  const locale = localeOf(request.headers['accept-language'])
  reply.type('text/html; charset=utf-8').header('cache-control', 'no-cache').header('vary', 'accept-language')
  try {
    const template = await readFile(join(await page.folder(), 'index.html'), 'utf8')
    const start = { lang: languageOf(locale), nonce: reply.cspNonce.style, texts: sentencesOf(locale, spoken) }
    // No sentence can end the element it stands in.
    const json = JSON.stringify(start).replaceAll('<', '\\u003c')
    return template.replace('lang="en"', () => `lang="${start.lang}"`).replace('"%start%"', () => json)
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown)
    reply.code(503)
    return htmlPage(languageOf(locale), say(locale, 'web.unbuilt.title'), [
      say(locale, 'web.unbuilt.text'),
      reason,
      say(locale, 'web.unbuilt.remedy'),
    ])
  }
}
