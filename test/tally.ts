import type { Reporter, TestModule } from 'vitest/node'

/**
 * Ends vitest's own report with a plain line such as `12 passed, 0 failed`, for people and machines that read only the
 * end. A file that could not be run and an error outside of any test count as one failure each.
 */
export function tally(write: (text: string) => void): Reporter {
  return {
    onTestRunEnd(modules, unhandledErrors) {
      const passed = sum(modules, (module) => [...module.children.allTests('passed')].length)
      const failed = sum(modules, failuresIn) + unhandledErrors.length
      write(`\n${passed} passed, ${failed} failed\n`)
    },
  }
}

function failuresIn(module: TestModule): number {
  const failed = [...module.children.allTests('failed')].length
  const broken = [...module.children.allSuites()].filter((suite) => suite.errors().length > 0).length
  return failed + broken + module.errors().length
}

function sum<T>(all: readonly T[], count: (each: T) => number): number {
  return all.reduce((total, each) => total + count(each), 0)
}
