import { enableCompileCache, type ResolveFnOutput, registerHooks } from 'node:module'
import { fileURLToPath } from 'node:url'

/**
 * Makes Node load what is imported from now on in a third of the time. What it compiles is kept beside the libraries
 * (not in the machine's temporary folder, where others could put something in its place), and where that folder cannot
 * be written nothing is kept. Node reads a package's whole package.json for each of its files; Drizzle's has 180 kB.
 */
export function hasten(): void {
  enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/compiled', import.meta.url)))
  const found = new Map<string, ResolveFnOutput>()
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
