import { booksContract } from '../contracts/books.ts'
import { openTestStore } from './memory-store.ts'

booksContract(async () => {
  const store = await openTestStore()
  return { store, close: () => store.close() }
}, 40)
