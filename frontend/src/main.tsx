import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { ApiError } from './api/problem'
import { loadWords, startLanguage } from './i18n'
import { makeRouter } from './router'
import './ui/styles/index.css'

document.documentElement.lang = startLanguage()

const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      refetchOnWindowFocus: true,
      // Only what may pass by itself is tried again.
      retry: (count, error) => count < 2 && error instanceof ApiError && (error.code === 'offline' || error.status === 503),
    },
  },
})

const root = document.getElementById('root')
if (!root) throw new Error('no root element')
await loadWords(startLanguage())
createRoot(root, {
  // A refusal of the server is shown on the page; only a fault of ours belongs in the console.
  onCaughtError: (error) => {
    if (!(error instanceof ApiError)) console.error(error)
  },
}).render(
  <StrictMode>
    <QueryClientProvider client={client}>
      <RouterProvider router={makeRouter(client)} />
    </QueryClientProvider>
  </StrictMode>,
)
