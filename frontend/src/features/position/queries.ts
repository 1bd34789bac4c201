import { queryOptions } from '@tanstack/react-query'
import { api, unwrap } from '../../api/client'

export const positionsQuery = queryOptions({
  queryKey: ['positions'],
  queryFn: ({ signal }) => unwrap(api.GET('/api/v1/positions', { params: { query: {} }, signal })),
  staleTime: 30_000,
})

/** The newest Danish template with its clauses and fields: what a position can be about. One whose family has positions already comes first. */
export const subjectsQuery = queryOptions({
  queryKey: ['positions', 'subjects'],
  queryFn: async ({ signal }) => {
    const [{ items }, positions] = await Promise.all([unwrap(api.GET('/api/v1/templates', { signal })), unwrap(api.GET('/api/v1/positions', { params: { query: {} }, signal }))])
    const danish = items.filter((x) => x.language === 'da' && x.translationOf === undefined)
    const newest = danish.find((x) => positions.items.some((p) => p.family === x.family)) ?? danish[0]
    return newest && unwrap(api.GET('/api/v1/templates/{id}', { params: { path: { id: newest.id } }, signal }))
  },
  staleTime: 60_000,
})
