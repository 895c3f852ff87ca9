import { AsyncLocalStorage } from 'node:async_hooks'

const operations = new AsyncLocalStorage<string>()

/** Runs a step in the name of an Operation: every line logged meanwhile carries its id, however deep it comes from. */
export function during<T>(operationId: string, run: () => T): T {
  return operations.run(operationId, run)
}

/** The Operation in whose name the current step runs. */
export function operationNow(): string | undefined {
  return operations.getStore()
}
