import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { api, unwrap, type Schemas } from '../../api/client'

export { vendorQuery } from '../../api/vendors'

export interface VendorFilter {
  q?: string
  country?: string
  part?: 'delivers' | 'stands_behind'
}
export type VendorSort = 'name' | '-name' | 'number' | '-number'

export const vendorPage = (filter: VendorFilter & { sort?: VendorSort; limit?: number }) => (cursor: string | undefined, signal: AbortSignal) =>
  unwrap(api.GET('/api/v1/vendors', { params: { query: { ...filter, cursor } }, signal }))

export const vendorCount = (filter: VendorFilter) =>
  queryOptions({
    queryKey: ['vendors', 'count', filter],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/vendors/count', { params: { query: filter }, signal })),
  })

export interface TreeFilter {
  on?: string
  system?: number
}

export const vendorHistory = (number: number) =>
  queryOptions({
    queryKey: ['vendors', number, 'history'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/vendors/{number}/history', { params: { path: { number } }, signal })),
  })

export const contactsQuery = (number: number) =>
  queryOptions({
    queryKey: ['vendors', number, 'contacts'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/vendors/{number}/contacts', { params: { path: { number } }, signal })),
  })

export const treeQuery = (number: number, filter: TreeFilter) =>
  queryOptions({
    queryKey: ['vendors', number, 'chain', filter],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/vendors/{number}/subprocessors', { params: { path: { number }, query: filter }, signal })),
    placeholderData: keepPreviousData,
  })

/** The few vendors that fit what somebody is typing. */
export const vendorHits = (q: string) =>
  queryOptions({
    queryKey: ['vendors', 'hits', q],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/vendors', { params: { query: { q, limit: 12 } }, signal })),
    enabled: q.trim().length > 1,
    placeholderData: keepPreviousData,
  })

export type BehindSort = 'name' | '-name' | 'vendor' | '-vendor'

export interface BehindFilter {
  on?: string
  status?: Schemas['TransferStatus']
}

export const behindPage = (number: number, query: BehindFilter & { sort?: BehindSort }) => (cursor: string | undefined, signal: AbortSignal) =>
  unwrap(api.GET('/api/v1/vendors/{number}/behind', { params: { path: { number }, query: { ...query, cursor } }, signal }))

export const reachQuery = (number: number, filter: BehindFilter) =>
  queryOptions({
    queryKey: ['vendors', number, 'behind', 'count', filter],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/vendors/{number}/behind/count', { params: { path: { number }, query: filter }, signal })),
    placeholderData: keepPreviousData,
  })

export const affectedQuery = (number: number, filter: BehindFilter) =>
  queryOptions({
    queryKey: ['vendors', number, 'behind', 'members', filter],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/vendors/{number}/behind/members', { params: { path: { number }, query: filter }, signal })),
    placeholderData: keepPreviousData,
  })

export const territoriesQuery = queryOptions({
  queryKey: ['territories'],
  queryFn: ({ signal }) => unwrap(api.GET('/api/v1/territories', { signal })),
})

/** What the own organisation uses of a vendor's. */
export const ownUseOfVendor = (number: number) =>
  queryOptions({
    queryKey: ['usages', 'of-vendor', number],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/usages', { params: { query: { vendor: number } }, signal })),
  })
