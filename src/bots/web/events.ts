import { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { VideoError } from '../../core/errors.ts'
import { type Operation, stageOf } from '../../core/operation.ts'
import type { Person, VideoCommands } from '../../core/ports/commands.ts'
import type { Clock } from '../../core/ports/machine.ts'
import { HttpProblem } from './problems.ts'
import type { OperationBody } from './schemas.ts'

const heartbeatMilliseconds = 15_000
const reconnectMilliseconds = 2_000
/** How many Operations a stream begins with and looks at again at each heartbeat. */
const recent = 50
const maxStreams = 500
const maxStreamsEach = 12

interface EventsDependencies {
  readonly commands: VideoCommands
  readonly clock: Clock
  present(operation: Operation, viewer: Person): Promise<OperationBody>
}

/** All open streams of server-sent events. */
export class EventStreams {
  private readonly dependencies: EventsDependencies
  private readonly open = new Map<AbortController, string>()

  constructor(dependencies: EventsDependencies) {
    this.dependencies = dependencies
  }

  /**
   * Answers with a stream of `operation` events: the newest state of what the viewer may see, or of one Operation, then
   * each change. The state is sent anew after a reconnect, but for the one version that Last-Event-ID names. A `heartbeat`
   * event every 15 seconds tells that the connection lives: scripts see no comments.
   */
  async answer(request: FastifyRequest, reply: FastifyReply, viewer: Person, operationId: string | null) {
    if (operationId !== null) await this.dependencies.commands.get(operationId, viewer)
    this.checkRoom(viewer)
    const end = new AbortController()
    this.open.set(end, viewer.id)
    request.raw.on('close', () => end.abort())
    reply.raw.on('close', () => end.abort())
    end.signal.addEventListener('abort', () => this.open.delete(end), { once: true })
    // Whoever left while the row was looked up closed before anybody listened for it.
    if (reply.raw.destroyed) end.abort()
    const last = request.headers['last-event-id']
    const stream = new Changes(this.dependencies, viewer, operationId, typeof last === 'string' ? last : null)
    return reply
      .header('content-type', 'text/event-stream; charset=utf-8')
      .header('cache-control', 'no-cache, no-transform')
      .header('x-accel-buffering', 'no')
      .send(Readable.from(stream.frames(end.signal), { objectMode: false, highWaterMark: 64 * 1024 }))
  }

  /** Ends all streams; browsers connect again by themselves. */
  close(): void {
    for (const end of this.open.keys()) end.abort()
  }

  private checkRoom(viewer: Person): void {
    const own = [...this.open.values()].filter((id) => id === viewer.id).length
    if (own < maxStreamsEach && this.open.size < maxStreams) return
    throw new HttpProblem('rate_limited', { seconds: 30 }, { 'retry-after': '30' })
  }
}

/** One viewer's stream. Changes that come faster than they are read fall together: only the newest state is sent. */
class Changes {
  private readonly dependencies: EventsDependencies
  private readonly viewer: Person
  private readonly operationId: string | null
  /** The version last sent of each Operation, and of what waits its card: a place in the queue is no change of the row. */
  private readonly sent = new Map<string, { readonly version: string; readonly card: string | null }>()
  private readonly dirty = new Set<string>()
  private turn = new AbortController()

  constructor(dependencies: EventsDependencies, viewer: Person, operationId: string | null, lastEvent: string | null) {
    this.dependencies = dependencies
    this.viewer = viewer
    this.operationId = operationId
    const [id, version] = lastEvent?.split('.') ?? []
    if (id !== undefined && version !== undefined) this.sent.set(id, { version, card: null })
  }

  async *frames(end: AbortSignal): AsyncGenerator<string> {
    const { commands, clock } = this.dependencies
    const unsubscribe = commands.subscribe((operation) => this.notice(operation))
    try {
      yield `retry: ${reconnectMilliseconds}\n\n`
      yield* this.newest()
      let heartbeatAt = clock.now() + heartbeatMilliseconds
      while (!end.aborted) {
        if (this.dirty.size === 0) await this.wait(heartbeatAt - clock.now(), end)
        yield* this.changed()
        if (end.aborted || clock.now() < heartbeatAt) continue
        // Another process may have changed rows of which this one's store told nothing.
        yield 'event: heartbeat\ndata:\n\n'
        yield* this.newest()
        heartbeatAt = clock.now() + heartbeatMilliseconds
      }
    } finally {
      unsubscribe()
    }
  }

  private notice(operation: Operation): void {
    const wanted =
      this.operationId === null
        ? this.viewer.admin || operation.requester === this.viewer.id
        : operation.id === this.operationId
    if (!wanted) return
    this.dirty.add(operation.id)
    this.turn.abort()
  }

  private async wait(milliseconds: number, end: AbortSignal): Promise<void> {
    this.turn = new AbortController()
    if (this.dirty.size === 0 && milliseconds > 0)
      await this.dependencies.clock.sleep(milliseconds, AbortSignal.any([end, this.turn.signal]))
  }

  private async *newest(): AsyncGenerator<string> {
    if (this.operationId !== null) this.dirty.add(this.operationId)
    else {
      const page = await this.dependencies.commands.list({}, this.viewer, null, recent)
      for (const operation of page.operations.toReversed()) yield* this.frame(operation)
    }
    yield* this.changed()
  }

  private async *changed(): AsyncGenerator<string> {
    for (const id of [...this.dirty]) {
      this.dirty.delete(id)
      const operation = await this.look(id)
      if (operation) yield* this.frame(operation)
    }
  }

  private async look(id: string): Promise<Operation | null> {
    try {
      return await this.dependencies.commands.get(id, this.viewer)
    } catch (thrown) {
      if (thrown instanceof VideoError && thrown.code === 'not_found') return null
      throw thrown
    }
  }

  private async *frame(operation: Operation): AsyncGenerator<string> {
    const version = String(operation.version)
    const before = this.sent.get(operation.id)
    const isWaiting = stageOf(operation) === 'queued'
    if (before?.version === version && !isWaiting) return
    const body = await this.dependencies.present(operation, this.viewer)
    const card = isWaiting ? JSON.stringify(body.card) : null
    this.remember(operation.id, { version, card })
    if (before?.version === version && (before.card === null || before.card === card)) return
    yield `event: operation\nid: ${operation.id}.${version}\ndata: ${JSON.stringify(body)}\n\n`
  }

  /** The oldest are forgotten. */
  private remember(id: string, told: { readonly version: string; readonly card: string | null }): void {
    this.sent.delete(id)
    this.sent.set(id, told)
    const [oldest] = this.sent.keys()
    if (this.sent.size > 2 * recent && oldest !== undefined) this.sent.delete(oldest)
  }
}
