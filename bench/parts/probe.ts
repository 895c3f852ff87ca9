// Preloaded into a service under measurement (with --expose-gc): answers its parent with its resident memory after a
// collection of what nobody needs any more.
process.on('message', () => {
  globalThis.gc?.()
  setTimeout(() => {
    globalThis.gc?.()
    process.send?.(process.memoryUsage.rss())
  }, 200)
})
// Listening for messages must not keep it alive.
process.channel?.unref()
