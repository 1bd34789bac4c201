import { queryOptions } from '@tanstack/react-query'
import { api, unwrap } from '../../api/client'

export interface AgreementFilter {
  q?: string
  state?: 'draft' | 'offered'
  vendor?: number
}
export type AgreementSort = 'number' | '-number' | 'title' | '-title'

export const agreementPage = (filter: AgreementFilter & { sort?: AgreementSort }) => (cursor: string | undefined, signal: AbortSignal) =>
  unwrap(api.GET('/api/v1/agreements', { params: { query: { ...filter, cursor } }, signal }))

export const agreementCount = (filter: AgreementFilter) =>
  queryOptions({
    queryKey: ['agreements', 'count', filter],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/agreements/count', { params: { query: filter }, signal })),
  })

export const textQuery = (id: number) =>
  queryOptions({
    queryKey: ['agreements', id, 'text'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/agreements/{id}/text', { params: { path: { id } }, signal })),
    placeholderData: (old) => old,
  })

export const historyQuery = (id: number) =>
  queryOptions({
    queryKey: ['agreements', id, 'history'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/agreements/{id}/history', { params: { path: { id } }, signal })),
  })
