import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { asVideoError, VideoError } from '../../core/errors.ts'
import type { OperationStore } from '../../core/ports/store.ts'
import type { Identity } from './api.ts'

/** A workspace that has installed the app: who the bot is there, and its token for that workspace alone. */
export interface Installed extends Identity {
  readonly botToken: string
}

type Kept = Pick<OperationStore, 'kept' | 'keep' | 'dropKept'>

const cipher = 'aes-256-gcm'
const nonceBytes = 12
const tagBytes = 16

/** A key for one purpose out of the host's secret (HKDF, SHA-256): 32 bytes. */
export function keyFor(purpose: string, secret: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', `dailies: ${purpose}`, 32))
}

/**
 * The workspaces that have installed the app, kept in the database for all processes. What is kept is encrypted with
 * AES-256-GCM under a key that only the host's secret gives, and bound to the workspace: whoever has the database alone
 * reads no token, and cannot give one workspace the token of another.
 */
export class Installations {
  private readonly store: Kept
  private readonly key: Buffer
  private readonly teams: readonly string[] | null

  /** `teams`: the workspaces that the host lets in; null for any. */
  constructor(store: Kept, secret: string, teams: readonly string[] | null) {
    this.store = store
    this.key = keyFor('slack installations', secret)
    this.teams = teams
  }

  /** Whether the host lets that workspace in. */
  allows(team: string): boolean {
    return this.teams === null || this.teams.includes(team)
  }

  /**
   * Null where the app is not installed, or no longer let in. Throws a retryable `unreachable` where that cannot be told:
   * the database does not answer, or it was encrypted with another secret, which the host can put back, or the workspace
   * mend by installing again.
   */
  async find(team: string): Promise<Installed | null> {
    const name = nameOf(team)
    const sealed = this.allows(team) ? await this.look(name) : null
    return sealed === null ? null : this.read(name, sealed)
  }

  /** Keeps it in place of what there was. */
  async keep(installed: Installed): Promise<void> {
    const name = nameOf(installed.team)
    await this.store.keep(name, this.seal(name, JSON.stringify(installed)))
  }

  /** Drops it, unless the app was installed anew since then; whether it was dropped. Throws as `find` does. */
  async drop({ team, botToken }: Installed): Promise<boolean> {
    const name = nameOf(team)
    const sealed = await this.look(name)
    if (sealed === null || this.read(name, sealed).botToken !== botToken) return false
    return this.store.dropKept(name, sealed)
  }

  private async look(name: string): Promise<string | null> {
    try {
      return await this.store.kept(name)
    } catch (cause) {
      // Whatever the database thinks of a second try: what waits for the token is not to be given up for it.
      const message = `slack: ${name} cannot be read: ${asVideoError(cause).message}`
      throw new VideoError('unreachable', message, { retryable: true, cause })
    }
  }

  private read(name: string, sealed: string): Installed {
    return JSON.parse(this.open(name, sealed)) as Installed
  }

  private seal(name: string, text: string): string {
    const nonce = randomBytes(nonceBytes)
    const sealing = createCipheriv(cipher, this.key, nonce, { authTagLength: tagBytes }).setAAD(Buffer.from(name))
    const bytes = Buffer.concat([nonce, sealing.update(text, 'utf8'), sealing.final(), sealing.getAuthTag()])
    return bytes.toString('base64')
  }

  private open(name: string, sealed: string): string {
    const bytes = Buffer.from(sealed, 'base64')
    try {
      const opening = createDecipheriv(cipher, this.key, bytes.subarray(0, nonceBytes), { authTagLength: tagBytes })
      opening.setAAD(Buffer.from(name)).setAuthTag(bytes.subarray(-tagBytes))
      return opening.update(bytes.subarray(nonceBytes, -tagBytes), undefined, 'utf8') + opening.final('utf8')
    } catch (cause) {
      const message = `slack: ${name} was encrypted with another SLACK_INSTALL_SECRET`
      throw new VideoError('unreachable', message, { retryable: true, retryAfterSeconds: 120, cause })
    }
  }
}

function nameOf(team: string): string {
  return `slack.installation.${team}`
}
