import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { z } from 'zod'
import { ApiProblem } from './api.ts'
import { App } from './app.tsx'
import { Boundary } from './parts.tsx'
import './style/index.css'

// Compiled checks need `eval`, which the Content-Security-Policy forbids.
z.config({ jitless: true })

/** Whoever is no longer signed in is shown the way in. */
const onError = (error: Error) => {
  if (error instanceof ApiProblem && error.status === 401) void client.invalidateQueries({ queryKey: ['session'] })
}

const client: QueryClient = new QueryClient({
  queryCache: new QueryCache({ onError }),
  mutationCache: new MutationCache({ onError }),
  defaultOptions: {
    queries: {
      // What was refused will be refused again; what got no answer may get one.
      retry: (count, error) => error instanceof ApiProblem && (error.status === 0 || error.status >= 502) && count < 20,
      retryDelay: (count) => Math.min(4_000, 500 * 2 ** count),
      networkMode: 'always',
    },
    mutations: { networkMode: 'always', retryDelay: (count) => Math.min(4_000, 500 * 2 ** count) },
  },
})

// Whoever goes back after somebody signed out must not find the page as it was.
addEventListener('pageshow', ({ persisted }) => persisted && location.reload())

const element = document.getElementById('page')
if (element) {
  createRoot(element).render(
    <StrictMode>
      <QueryClientProvider client={client}>
        <Boundary>
          <App />
        </Boundary>
      </QueryClientProvider>
    </StrictMode>,
  )
}
