import { existsSync } from 'node:fs'

/** Where Debian and others put it. */
const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'] as const

/** The browser that is installed here; null where there is none. */
export const chromiumPath: string | null = places.find((place) => existsSync(place)) ?? null

/** What to tell whoever has none. */
export const withoutChromium =
  'No Chromium here, so the tests in test/page/browser are left out. On Debian: apt-get install -y --no-install-recommends chromium'
