import { queryOptions } from '@tanstack/react-query'
import { api, unwrap } from '../../api/client'

export interface UserFilter {
  q?: string
  state?: 'left'
}
export type UserSort = 'name' | '-name' | 'email' | '-email'

export const userPage = (filter: UserFilter & { sort?: UserSort }) => (cursor: string | undefined, signal: AbortSignal) =>
  unwrap(api.GET('/api/v1/users', { params: { query: { ...filter, cursor } }, signal }))

export const userCount = (filter: UserFilter) =>
  queryOptions({
    queryKey: ['users', 'count', filter],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/users/count', { params: { query: filter }, signal })),
  })

export const keysQuery = queryOptions({
  queryKey: ['api-keys'],
  queryFn: ({ signal }) => unwrap(api.GET('/api/v1/api-keys', { signal })),
})

export const organisationsQuery = queryOptions({
  queryKey: ['organisations', 'choice'],
  queryFn: ({ signal }) => unwrap(api.GET('/api/v1/organisations', { params: { query: { membership: 'active', limit: 200 } }, signal })),
  staleTime: 300_000,
})

export const personQuery = (id: number) =>
  queryOptions({
    queryKey: ['users', id],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/users/{id}', { params: { path: { id } }, signal })),
  })

export const personHistory = (id: number) =>
  queryOptions({
    queryKey: ['users', id, 'history'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/users/{id}/history', { params: { path: { id } }, signal })),
  })

export const leaveQuery = (id: number) =>
  queryOptions({
    queryKey: ['users', id, 'leave'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/users/{id}/leave', { params: { path: { id } }, signal })),
    staleTime: 0,
  })

export const reviewPage = (filter: { state?: 'open' | 'overdue' | 'done' }) => (cursor: string | undefined, signal: AbortSignal) =>
  unwrap(api.GET('/api/v1/access-reviews', { params: { query: { ...filter, cursor } }, signal }))

export const reviewQuery = (id: number) =>
  queryOptions({
    queryKey: ['access-reviews', id],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/access-reviews/{id}', { params: { path: { id } }, signal })),
  })

export const erasuresPage = (cursor: string | undefined, signal: AbortSignal) =>
  unwrap(api.GET('/api/v1/erasures', { params: { query: { cursor } }, signal }))
