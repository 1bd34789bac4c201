import { queryOptions } from '@tanstack/react-query'
import { api, unwrap, type Schemas } from '../../api/client'

export interface AccessionFilter {
  q?: string
  agreement?: number
  organisation?: number
  state?: Schemas['AccessionState']
}
export type AccessionSort = 'offered' | '-offered'

export const accessionPage = (filter: AccessionFilter & { sort?: AccessionSort }) => (cursor: string | undefined, signal: AbortSignal) =>
  unwrap(api.GET('/api/v1/accessions', { params: { query: { ...filter, cursor } }, signal }))

export const accessionCount = (filter: AccessionFilter) =>
  queryOptions({
    queryKey: ['accessions', 'count', filter],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/accessions/count', { params: { query: filter }, signal })),
  })

export const accessionQuery = (id: number) =>
  queryOptions({
    queryKey: ['accessions', id],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/accessions/{id}', { params: { path: { id } }, signal })),
    // A fresh document is locked a moment after it is stored.
    refetchInterval: (q) => (q.state.data?.documents.some((d) => d.state === 'staged') ? 3_000 : false),
  })

export const accessionHistory = (id: number) =>
  queryOptions({
    queryKey: ['accessions', id, 'history'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/accessions/{id}/history', { params: { path: { id } }, signal })),
  })
