import { queryOptions } from '@tanstack/react-query'
import { api, unwrap } from '../../api/client'

export interface VendorFilter {
  q?: string
  country?: string
}
export type VendorSort = 'name' | '-name' | 'number' | '-number'

export const vendorPage = (filter: VendorFilter & { sort?: VendorSort }) => (cursor: string | undefined, signal: AbortSignal) =>
  unwrap(api.GET('/api/v1/vendors', { params: { query: { ...filter, cursor } }, signal }))

export const vendorCount = (filter: VendorFilter) =>
  queryOptions({
    queryKey: ['vendors', 'count', filter],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/vendors/count', { params: { query: filter }, signal })),
  })

export const vendorQuery = (number: number) =>
  queryOptions({
    queryKey: ['vendors', number],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/vendors/{number}', { params: { path: { number } }, signal })),
  })
