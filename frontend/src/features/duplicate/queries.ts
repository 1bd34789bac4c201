import { queryOptions } from '@tanstack/react-query'
import { api, unwrap, type Schemas } from '../../api/client'

export type Kind = Schemas['MergeKind']
export type Duplicate = Schemas['Duplicate']
export type Merge = Schemas['Merge']
export type Comparison = Schemas['DuplicateComparison']

export interface DuplicateFilter {
  kind: Kind
  dismissed?: boolean
}

export const duplicatePage = (filter: DuplicateFilter) => (cursor: string | undefined, signal: AbortSignal) =>
  unwrap(api.GET('/api/v1/duplicates', { params: { query: { ...filter, cursor } }, signal }))

export const duplicateCount = (filter: DuplicateFilter) =>
  queryOptions({
    queryKey: ['duplicates', 'count', filter],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/duplicates/count', { params: { query: filter }, signal })),
  })

export const mergesQuery = queryOptions({
  queryKey: ['merges'],
  queryFn: ({ signal }) => unwrap(api.GET('/api/v1/merges', { signal })),
})

export const comparisonQuery = (query: { kind: Kind; winner: number; loser: number }) =>
  queryOptions({
    queryKey: ['duplicates', 'comparison', query],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/duplicates/comparison', { params: { query }, signal })),
    staleTime: 0,
  })
