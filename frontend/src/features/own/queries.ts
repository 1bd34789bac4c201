import { queryOptions } from '@tanstack/react-query'
import { api, unwrap, type Schemas } from '../../api/client'

export interface OwnFilter {
  q?: string
  organisation?: number
  kind?: Schemas['OwnAgreementKind']
  state?: Schemas['OwnAgreementState']
}
export type OwnSort = 'created' | '-created' | 'title' | '-title' | 'ends' | '-ends'

export const ownPage = (filter: OwnFilter & { sort?: OwnSort; limit?: number }) => (cursor: string | undefined, signal: AbortSignal) =>
  unwrap(api.GET('/api/v1/own-agreements', { params: { query: { ...filter, cursor } }, signal }))

export const ownCount = (filter: OwnFilter) =>
  queryOptions({
    queryKey: ['own', 'count', filter],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/own-agreements/count', { params: { query: filter }, signal })),
  })

export const ownQuery = (id: number) =>
  queryOptions({
    queryKey: ['own', id],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/own-agreements/{id}', { params: { path: { id } }, signal })),
    refetchInterval: (q) => (q.state.data?.file?.state === 'staged' ? 3_000 : false), // it is locked a moment later
  })

export const ownHistory = (id: number) =>
  queryOptions({
    queryKey: ['own', id, 'history'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/own-agreements/{id}/history', { params: { path: { id } }, signal })),
  })
