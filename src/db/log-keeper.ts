import { parentPort, workerData } from 'node:worker_threads'
import Database from 'better-sqlite3'

// A thread of its own, see wal.ts: asked to, it puts what is in the write-ahead log in its place, and answers; or ends.
const client = new Database(String(workerData), { fileMustExist: true })
client.pragma('wal_autocheckpoint = 0')
parentPort?.on('message', (wish: 'empty' | 'end') => {
  if (wish === 'end') {
    client.close()
    parentPort?.close()
    return
  }
  try {
    client.pragma('wal_checkpoint(PASSIVE)')
  } catch {
    // A full disk, say: the log stays as it is, and this is asked for again.
  }
  parentPort?.postMessage(null)
})
