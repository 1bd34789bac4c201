import { queryOptions } from '@tanstack/react-query'
import { api, unwrap } from '../../api/client'

export const positionsQuery = queryOptions({
  queryKey: ['positions'],
  queryFn: ({ signal }) => unwrap(api.GET('/api/v1/positions', { params: { query: {} }, signal })),
  staleTime: 30_000,
})

/** The newest Danish template with its clauses and fields: what a position can be about. */
export const subjectsQuery = queryOptions({
  queryKey: ['positions', 'subjects'],
  queryFn: async ({ signal }) => {
    const { items } = await unwrap(api.GET('/api/v1/templates', { signal }))
    const newest = items.find((x) => x.language === 'da' && x.translationOf === undefined)
    return newest && unwrap(api.GET('/api/v1/templates/{id}', { params: { path: { id: newest.id } }, signal }))
  },
  staleTime: 60_000,
})
