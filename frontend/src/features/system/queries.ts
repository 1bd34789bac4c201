import { queryOptions } from '@tanstack/react-query'
import { api, unwrap } from '../../api/client'

export interface SystemFilter {
  q?: string
  vendor?: number
}
export type SystemSort = 'name' | '-name' | 'number' | '-number'

export const systemPage = (filter: SystemFilter & { sort?: SystemSort }) => (cursor: string | undefined, signal: AbortSignal) =>
  unwrap(api.GET('/api/v1/systems', { params: { query: { ...filter, cursor } }, signal }))

export const systemCount = (filter: SystemFilter) =>
  queryOptions({
    queryKey: ['systems', 'count', filter],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/systems/count', { params: { query: filter }, signal })),
  })

export const systemQuery = (number: number) =>
  queryOptions({
    queryKey: ['systems', number],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/systems/{number}', { params: { path: { number } }, signal })),
  })
