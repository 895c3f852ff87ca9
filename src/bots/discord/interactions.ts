import { createPublicKey, type KeyObject, verify } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { type APIInteraction, InteractionResponseType, InteractionType } from 'discord.js'
import type { Log } from '../../core/ports/machine.ts'
import type { Mount } from '../bot.ts'
import { UnderWay } from '../under-way.ts'
import type { Intake } from './intake.ts'

/** Discord's own events are a few kilobytes. */
const mostBytes = 1024 * 1024
/** What stands before an Ed25519 key of 32 bytes to make it one that Node reads. */
const keyPrefix = Buffer.from('302a300506032b6570032100', 'hex')

/**
 * POST /discord/interactions: Discord's events without a gateway, on whichever instance the balancer picks. Only what the
 * application's key has signed is taken; the rest is 401. It is answered 202 at once, and the answer that people see goes
 * through the interaction's own callback, as it does for the gateway.
 */
export function interactionsMount(publicKey: string, intake: Intake, log: Log): Mount & { idle(): Promise<void> } {
  const key = createPublicKey({
    key: Buffer.concat([keyPrefix, Buffer.from(publicKey, 'hex')]),
    format: 'der',
    type: 'spki',
  })
  const running = new UnderWay()
  return {
    path: '/discord/interactions',
    async handler(request, response) {
      const body = await signedBody(request, key)
      if (body === null) return end(response, 401)
      const interaction = JSON.parse(body) as APIInteraction
      if (interaction.type === InteractionType.Ping) return end(response, 200, { type: InteractionResponseType.Pong })
      end(response, 202)
      const told = (thrown: unknown) => log.error({ error: String(thrown) }, 'an event was not understood')
      await running.run(() => intake.interaction(interaction).catch(told))
    },
    idle: () => running.end(),
  }
}

/** The body, if the key has signed it together with its time; else null. */
async function signedBody(request: IncomingMessage, key: KeyObject): Promise<string | null> {
  const { 'x-signature-ed25519': signature, 'x-signature-timestamp': timestamp } = request.headers
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of request as AsyncIterable<Uint8Array>) {
    bytes += chunk.length
    if (bytes <= mostBytes) chunks.push(chunk)
  }
  const plain = typeof signature === 'string' && typeof timestamp === 'string' && /^[0-9a-f]{128}$/i.test(signature)
  if (!plain || bytes > mostBytes || request.method !== 'POST') return null
  const body = Buffer.concat(chunks)
  const signed = Buffer.concat([Buffer.from(timestamp), body])
  return verify(null, signed, key, Buffer.from(signature, 'hex')) ? body.toString() : null
}

function end(response: ServerResponse, status: number, body?: object): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(body ? JSON.stringify(body) : undefined)
}
