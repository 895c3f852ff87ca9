import { execFile } from 'node:child_process'
import { resolve } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

/** Prints the packages of every module that a start without any chat platform loads, one a line. */
const listing = `
  import { registerHooks } from 'node:module'
  const packages = []
  registerHooks({
    load(url, context, next) {
      const [, inside] = url.split(/.*\\/node_modules\\//)
      if (!url.startsWith('node:')) packages.push(inside ? inside.split('/').slice(0, inside[0] === '@' ? 2 : 1).join('/') : 'ours')
      return next(url, context)
    },
  })
  await import(process.argv[1])
  console.log(packages.join('\\n'))
  process.exit()
`

it('loads at a start what every installation needs, and no more', async () => {
  const argv = ['--input-type=module', '--eval', listing, resolve('src/service.ts')]
  const { stdout } = await promisify(execFile)(process.execPath, argv)
  const packages = stdout.trim().split('\n')
  const others = [
    'discord.js',
    '@slack/bolt',
    '@slack/web-api',
    'sharp',
    'vite',
    'pg',
    'aws4fetch',
    'mediabunny',
    'h264-mp4-encoder',
  ]
  expect(packages.filter((each) => others.includes(each))).toEqual([])
  expect(packages.length).toBeLessThan(1_000)
  expect(packages).toContain('fastify')
})
