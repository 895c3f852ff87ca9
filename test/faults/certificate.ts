import { generateKeyPairSync, sign } from 'node:crypto'

/** A key and a certificate that it signed itself: no client has a reason to trust it. */
export interface SelfSigned {
  readonly key: string
  readonly cert: string
}

/** Makes a certificate (X.509, version 1) for this name, good for today and many days; nothing outside Node is needed. */
export function selfSigned(name: string): SelfSigned {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const ecdsaWithSha256 = der(0x30, oid('2a8648ce3d040302'))
  const commonName = der(0x30, oid('550403'), der(0x0c, Buffer.from(name)))
  const subject = der(0x30, der(0x31, commonName))
  const serial = der(0x02, Buffer.from([1]))
  const validity = der(0x30, time('200101000000Z'), time('491231235959Z'))
  const key = publicKey.export({ type: 'spki', format: 'der' })
  const body = der(0x30, serial, ecdsaWithSha256, subject, validity, subject, key)
  const signature = der(0x03, Buffer.from([0]), sign('sha256', body, privateKey))
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: pem(der(0x30, body, ecdsaWithSha256, signature)),
  }
}

/** One value in ASN.1's distinguished encoding. */
function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts)
  const long = content.length > 255 ? [0x82, content.length >> 8, content.length & 255] : [0x81, content.length]
  return Buffer.concat([Buffer.from([tag, ...(content.length < 128 ? [content.length] : long)]), content])
}

function oid(hex: string): Buffer {
  return der(0x06, Buffer.from(hex, 'hex'))
}

function time(utc: string): Buffer {
  return der(0x17, Buffer.from(utc))
}

function pem(certificate: Buffer): string {
  const lines = certificate.toString('base64').match(/.{1,64}/g) ?? []
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`
}
