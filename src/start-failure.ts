import { asVideoError } from './core/errors.ts'

/** Where the web front end was to listen. */
interface Listening {
  readonly host: string
  readonly port: number
}

/**
 * What keeps a program of Dailies from starting, in a sentence or two for whoever started it: what is wrong and what to do.
 * Null for what nobody foresaw, which is better seen with its stack.
 */
export function startFailure(thrown: unknown, { host, port }: Listening): string | null {
  const { code, syscall, hostname } = (thrown ?? {}) as NodeJS.ErrnoException & { readonly hostname?: string }
  if (syscall === 'listen') {
    if (code === 'EADDRINUSE') return `PORT ${port} is taken: stop the other program (is Dailies running?) or set PORT.`
    if (code === 'EADDRNOTAVAIL') return `HOST ${host} is no address of this machine: correct HOST.`
    if (code === 'EACCES') return `PORT ${port} may not be opened by this user: set PORT to one above 1023.`
  }
  if (syscall === 'getaddrinfo' && hostname === host) return `HOST ${host} is no name of this machine: correct HOST.`
  const error = asVideoError(thrown)
  if (error.code !== 'storage') return null
  return `${error.message}\nDATABASE_URL and OUTPUTS_URL say where everything is kept, and \`npm run doctor\` looks at both.`
}
