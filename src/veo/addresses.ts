import type { VideoSource } from '../core/ports/google.ts'

export const geminiOrigin = 'https://generativelanguage.googleapis.com'
export const storageOrigin = 'https://storage.googleapis.com'

/** Where Google serves files from; none of them but the first two is ever given a key. */
export const googleOrigins = [geminiOrigin, storageOrigin, '*.googleapis.com', '*.googleusercontent.com']

/**
 * How to fetch a video of the Gemini API. Where the base URL is overridden, a file of Google's is asked of that one at the
 * same path: a gateway may have keys of its own, which Google does not know. The key goes there and, where it serves no
 * files, to Google's own origin; redirects may lead to either and to Google's other hosts. `sourceUri` is Google's address
 * without any key in it.
 */
export function geminiSource(
  uri: string,
  settings: { readonly apiKey: string; readonly baseUrl: string | null },
): { source: VideoSource; sourceUri: string } {
  const own = settings.baseUrl === null ? [] : [new URL(settings.baseUrl).origin]
  const address = downloadAddress(uri)
  return {
    source: {
      kind: 'address',
      ...waysTo(address, settings.baseUrl),
      headers: { 'x-goog-api-key': settings.apiKey },
      keyOrigins: [...new Set([...own, geminiOrigin])],
      allowedOrigins: [...new Set([...own, ...googleOrigins])],
    },
    sourceUri: address,
  }
}

function waysTo(address: string, baseUrl: string | null): { uri: string; elsewhere?: string } {
  const { origin, pathname, search } = new URL(address)
  if (baseUrl === null || origin !== geminiOrigin) return { uri: address }
  return { uri: `${baseUrl.replace(/\/$/, '')}${pathname}${search}`, elsewhere: address }
}

/** The id of a Files API address such as `.../v1beta/files/abc:download?alt=media`; null for any other address. */
export function fileIdOf(uri: string): string | null {
  return /\/files\/([^/:?#]+)(?::download)?(?:[?#]|$)/.exec(uri)?.[1] ?? null
}

/** Without a key in it, and of a file's name the address of its content. */
function downloadAddress(uri: string): string {
  const url = new URL(uri)
  url.searchParams.delete('key')
  url.searchParams.delete('access_token')
  if (/\/files\/[^/:]+$/.test(url.pathname)) {
    url.pathname += ':download'
    url.searchParams.set('alt', 'media')
  }
  return url.href
}
