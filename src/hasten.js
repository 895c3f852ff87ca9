import { enableCompileCache, registerHooks } from 'node:module'
import { fileURLToPath } from 'node:url'

/**
 * Makes Node load what is imported from now on in a third of the time. What it compiles is kept beside the libraries
 * (not in the machine's temporary folder, where others could put something in its place), and where that folder cannot
 * be written nothing is kept. TypeScript is kept without its types, so that what takes them away (18 MB) is not loaded.
 * Node reads a package's whole package.json for each of its files; Drizzle's has 180 kB.
 */
export function hasten() {
  enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/compiled', import.meta.url)))
  /** @type {Map<string, import('node:module').ResolveFnOutput>} */
  const found = new Map()
  registerHooks({
    resolve(specifier, context, next) {
      const { parentURL } = context
      if (specifier.startsWith('./') || specifier.startsWith('../')) {
        const isDrizzle = parentURL?.includes('/node_modules/drizzle-orm/') && specifier.endsWith('.js')
        if (!isDrizzle) return next(specifier, context)
        return { url: new URL(specifier, parentURL).href, format: 'module', shortCircuit: true }
      }
      if (!specifier.startsWith('drizzle-orm')) return next(specifier, context)
      const known = found.get(specifier) ?? { ...next(specifier, context), shortCircuit: true }
      found.set(specifier, known)
      return known
    },
  })
}
