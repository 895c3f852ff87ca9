import { generateKeyPairSync, sign } from 'node:crypto'
import { request } from 'undici'
import type { Gateway } from './gateway.ts'

/** The application's own address, to which its interactions go instead of to the gateway once it has proved itself. */
export interface Endpoint extends Pick<Gateway, 'dispatch'> {
  /** What the application has to check signatures with, in hexadecimal. */
  readonly publicKey: string
  /**
   * What Discord does when the address is entered: it has to answer a ping, and to refuse one with a wrong signature.
   * Interactions go there from then on, if it does both. Returns the statuses of both answers.
   */
  set(url: string): Promise<{ readonly signed: number; readonly forged: number }>
  /** What was entered and has proved itself; null for none. */
  address(): string | null
  /** The statuses with which interactions were taken there. */
  readonly taken: readonly number[]
}

export function createEndpoint(gateway: Gateway): Endpoint {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const other = generateKeyPairSync('ed25519').privateKey
  const taken: number[] = []
  let address: string | null = null

  async function post(url: string, event: unknown, key = privateKey): Promise<{ status: number; body: string }> {
    const body = JSON.stringify(event)
    const timestamp = String(Math.floor(Date.now() / 1000))
    const signature = sign(null, Buffer.from(timestamp + body), key).toString('hex')
    const headers = {
      'content-type': 'application/json',
      'x-signature-ed25519': signature,
      'x-signature-timestamp': timestamp,
    }
    const answer = await request(url, { method: 'POST', headers, body })
    return { status: answer.statusCode, body: await answer.body.text() }
  }

  return {
    publicKey: publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('hex'),
    address: () => address,
    taken,
    async set(url) {
      const ping = { type: 1 }
      const signed = await post(url, ping)
      const forged = await post(url, ping, other)
      if (signed.status === 200 && signed.body === JSON.stringify(ping) && forged.status === 401) address = url
      return { signed: signed.status, forged: forged.status }
    },
    dispatch(event, data, intent) {
      if (event !== 'INTERACTION_CREATE' || address === null) return gateway.dispatch(event, data, intent)
      void post(address, data).then(
        ({ status }) => taken.push(status),
        () => taken.push(0),
      )
    },
  }
}
