import { queryOptions } from '@tanstack/react-query'
import { api, unwrap } from '../../api/client'

export const userPage = (filter: { q?: string }) => (cursor: string | undefined, signal: AbortSignal) =>
  unwrap(api.GET('/api/v1/users', { params: { query: { ...filter, cursor } }, signal }))

export const keysQuery = queryOptions({
  queryKey: ['api-keys'],
  queryFn: ({ signal }) => unwrap(api.GET('/api/v1/api-keys', { signal })),
})

export const organisationsQuery = queryOptions({
  queryKey: ['organisations', 'choice'],
  queryFn: ({ signal }) => unwrap(api.GET('/api/v1/organisations', { params: { query: { membership: 'active', limit: 200 } }, signal })),
  staleTime: 300_000,
})
