import { isIP } from 'node:net'
import { z } from 'zod'
import { Secret } from './secret.ts'

// Each value of a variable as a zod type of its text. A message says what to write, as the remedy after the name.

/** A whole number from `from` to `to`. */
export function whole(from: number, to: number) {
  const remedy = `write a whole number from ${from} to ${to}`
  return z
    .string()
    .regex(/^\d{1,15}$/, remedy)
    .transform(Number)
    .refine((value) => value >= from && value <= to, remedy)
}

/** A number from `from` to `to`, decimals allowed. */
export function decimal(from: number, to: number) {
  const remedy = `write a number from ${from} to ${to}`
  return z
    .string()
    .regex(/^\d{1,9}(\.\d{1,9})?$/, remedy)
    .transform(Number)
    .refine((value) => value >= from && value <= to, remedy)
}

const unitSeconds = { s: 1, m: 60, h: 3600 } as const

/** A time such as `900`, `900s`, `15m` or `1h`, from a second to a day; gives seconds. */
export const duration = z
  .string()
  .regex(/^\d{1,6}\s*[smh]?$/, 'write seconds such as 900, or a number with a unit such as 15m or 1h')
  .transform((text) => Number.parseInt(text, 10) * unitSeconds[unitOf(text)])
  .refine((seconds) => seconds >= 1 && seconds <= 86_400, 'write a time from 1s to 24h')

function unitOf(text: string): keyof typeof unitSeconds {
  const last = text.at(-1)
  return last === 'm' || last === 'h' ? last : 's'
}

/** US dollars with at most six decimals, kept as whole micro-USD; `unlimited` gives null, 0 allows nothing. */
export const dollars = z
  .string()
  .regex(/^(unlimited|\$?\d{1,9}(\.\d{1,6})?)$/i, 'write US dollars such as 5 or 2.50, 0 for none, or unlimited')
  .transform((text) => {
    if (/^unlimited$/i.test(text)) return null
    const [units = '0', decimals = ''] = text.replace('$', '').split('.')
    return Number(units) * 1_000_000 + Number(decimals.padEnd(6, '0'))
  })

/** A whole number of things, 0 for none; `unlimited` gives null. */
export const count = z
  .string()
  .regex(/^(unlimited|\d{1,6})$/i, 'write a whole number, 0 for none, or unlimited')
  .transform((text) => (/^unlimited$/i.test(text) ? null : Number(text)))

/** Yes or no. */
export const flag = z
  .string()
  .regex(/^(true|false|yes|no|on|off|1|0)$/i, 'write true or false')
  .transform((text) => /^(true|yes|on|1)$/i.test(text))

const webRemedy = 'write an address that begins with https:// or http://, without user, query or #'

/** An http(s) address, without its closing slash. */
export const webAddress = z
  .string()
  .refine((text) => {
    const url = URL.parse(text)
    if (!url || !/^https?:$/.test(url.protocol)) return false
    return url.username === '' && url.password === '' && url.search === '' && url.hash === ''
  }, webRemedy)
  .transform((text) => text.replace(/\/+$/, ''))

/** `gs://bucket` or `gs://bucket/folder`, without its closing slash. Google's names for buckets, and no wildcards. */
export const bucketFolder = z
  .string()
  .regex(
    /^gs:\/\/[a-z0-9][a-z0-9._-]{1,220}[a-z0-9](\/[^\s/?#*[\]]+)*\/?$/,
    'write gs:// and the name of a bucket of Google Cloud Storage, such as gs://bucket/videos',
  )
  .transform((text) => text.replace(/\/$/, ''))

/** A list of web origins, comma separated. */
export const origins = list(
  (text) => URL.parse(text)?.origin === text.toLowerCase().replace(/\/$/, '') && /^https?:/i.test(text),
  'write origins such as https://videos.example.org, comma separated, without a path',
).transform((each) => each.map((text) => new URL(text).origin))

/** What separates several values: commas, with or without spaces, each value accepted by `good`. */
export function list(good: (text: string) => boolean, remedy: string) {
  return z
    .string()
    .transform((text) => [...new Set(text.split(',').map((part) => part.trim()))].filter((part) => part !== ''))
    .refine((parts) => parts.every(good), remedy)
}

/** A name or address of this machine to listen on. */
export const host = z
  .string()
  .refine(
    (text) => isIP(text) !== 0 || /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i.test(text),
    'write an address such as 127.0.0.1 or 0.0.0.0, without http:// and port',
  )

/** What is pasted from elsewhere: no blanks, and not the placeholder of an example. */
export const pasted = z
  .string()
  .refine((text) => !/\s/.test(text), 'paste the key again: it contains a blank or a line break')
  .refine((text) => !/^(<.*>|your[-_].*|xxx+|\.\.\.|…)$/i.test(text), 'put the real value there, or leave it empty')

/** A key or token. */
export const secret = pasted.transform((text) => new Secret(text))

/** A token that we choose ourselves and that strangers may try to guess. */
export const chosenToken = secret.refine(
  (token) => token.reveal().length >= 8,
  'use at least 8 characters; `openssl rand -hex 24` makes a good one',
)

/** A secret that encrypts: whoever has what it encrypts may guess at leisure. */
export const keySecret = secret.refine(
  (given) => given.reveal().length >= 32,
  'use at least 32 characters; `openssl rand -hex 32` makes a good one',
)
