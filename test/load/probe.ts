/** What a process holds after a collection. Sizes in bytes. */
export interface Held {
  /** Of JavaScript, buffers included. */
  readonly heap: number
  readonly resident: number
  /** What keeps its event loop alive: sockets, timers, servers, requests. */
  readonly handles: number
}

// Preloaded into the service under measurement (`node --expose-gc --import`): answers each message of its parent.
process.on('message', () => {
  globalThis.gc?.()
  const { heapUsed, external, rss } = process.memoryUsage()
  const held: Held = { heap: heapUsed + external, resident: rss, handles: process.getActiveResourcesInfo().length }
  process.send?.(held)
})
// Listening for messages must not keep it alive.
process.channel?.unref()
