import type { IncomingMessage, ServerResponse } from 'node:http'
import { AuthorizationError, HTTPModuleFunctions, type HTTPReceiver } from '@slack/bolt'
import type { Clock } from '../../core/ports/machine.ts'

/** Bolt takes requests that are up to 5 minutes old; what was served is remembered for longer than that. */
const rememberMilliseconds = 10 * 60_000
const mostRemembered = 50_000

type EventError = Parameters<typeof HTTPModuleFunctions.defaultProcessEventErrorHandler>[0]

/**
 * What Bolt or a listener stumbles over has a form that Slack never sends: 400. What comes from a workspace in which the
 * app is not installed is not wanted again: 401. Every other failure stays a 500, after which Slack sends an event again.
 */
export async function processEventErrorHandler(failed: EventError): Promise<boolean> {
  if (failed.error instanceof AuthorizationError && !failed.response.headersSent) {
    failed.response.writeHead(401, { 'x-slack-no-retry': '1' }).end()
    return false
  }
  const causes = [failed.error, 'original' in failed.error ? failed.error.original : null]
  if (failed.response.headersSent || !causes.some((each) => each instanceof TypeError)) {
    return HTTPModuleFunctions.defaultProcessEventErrorHandler(failed)
  }
  failed.response.writeHead(400).end()
  return false
}

/**
 * POST /slack/events: Bolt verifies signature and timestamp; beside that, a request that was served is refused when it
 * comes again, and a signature must be exactly one, because Bolt ignores what follows a second `=`.
 */
export class SignedRequests {
  private readonly served = new Map<string, number>()
  private readonly receiver: Pick<HTTPReceiver, 'requestListener'>
  private readonly clock: Clock

  constructor(receiver: Pick<HTTPReceiver, 'requestListener'>, clock: Clock) {
    this.receiver = receiver
    this.clock = clock
  }

  handle(request: IncomingMessage, response: ServerResponse): void {
    const signature = request.headers['x-slack-signature']
    if (request.method !== 'POST') {
      response.writeHead(405, { allow: 'POST' }).end()
      return
    }
    if (typeof signature !== 'string') {
      this.pass(request, response)
      return
    }
    if (!/^v0=[0-9a-f]{64}$/.test(signature) || this.served.has(signature)) {
      response.writeHead(401).end()
      return
    }
    this.remember(signature)
    // Slack sends again, newly signed, what was not served.
    response.once('close', () => {
      if (response.statusCode !== 200) this.served.delete(signature)
    })
    this.pass(request, response)
  }

  private pass(request: IncomingMessage, response: ServerResponse): void {
    // The mount has matched the path, perhaps below a prefix that Bolt does not know.
    request.url = '/slack/events'
    this.receiver.requestListener(request, response)
  }

  private remember(signature: string): void {
    const now = this.clock.now()
    for (const [old, until] of this.served) {
      if (until > now && this.served.size < mostRemembered) break
      this.served.delete(old)
    }
    this.served.set(signature, now + rememberMilliseconds)
  }
}
