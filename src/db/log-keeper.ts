import { parentPort, workerData } from 'node:worker_threads'
import Database from 'better-sqlite3'

// A thread of its own, see wal.ts: at each message it puts what is in the write-ahead log in its place, and answers.
const client = new Database(String(workerData), { fileMustExist: true })
client.pragma('wal_autocheckpoint = 0')
parentPort?.on('message', () => {
  try {
    client.pragma('wal_checkpoint(PASSIVE)')
  } catch {
    // A full disk, say: the log stays as it is, and this is asked for again.
  }
  parentPort?.postMessage(null)
})
