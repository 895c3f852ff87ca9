// Preloaded into a service under measurement (with --expose-gc): answers its parent with its resident memory after a
// collection that also gives back to the system what V8 keeps at hand for later.
process.on('message', () => {
  globalThis.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' })
  setTimeout(() => process.send?.(process.memoryUsage.rss()), 50)
})
// Listening for messages must not keep it alive.
process.channel?.unref()
