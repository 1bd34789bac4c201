import { queryOptions } from '@tanstack/react-query'
import { api, unwrap, type Schemas } from '../../api/client'

export type ScopeRow = Schemas['ScopeRow']
export type ScopeCounts = Schemas['ScopeCounts']
export type ScopePoint = Schemas['ScopePoint']
export type ScopeListName = 'over' | 'fallen' | 'unagreed' | 'unused'
export type ScopeSort = 'name' | '-name' | 'users' | '-users' | 'agreed' | '-agreed' | 'lacking' | '-lacking'

export interface ScopeDays {
  day?: string
  since?: string
  q?: string
}

export const scopePage = (filter: ScopeDays & { list?: ScopeListName; sort?: ScopeSort }) => (cursor: string | undefined, signal: AbortSignal) =>
  unwrap(api.GET('/api/v1/scope', { params: { query: { ...filter, cursor } }, signal }))

export const scopeCount = (filter: ScopeDays) =>
  queryOptions({
    queryKey: ['scope', 'count', filter],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/scope/count', { params: { query: filter }, signal })),
  })

export const courseQuery = queryOptions({
  queryKey: ['scope', 'course'],
  queryFn: ({ signal }) => unwrap(api.GET('/api/v1/scope/course', { signal })),
})
