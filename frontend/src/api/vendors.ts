import { queryOptions } from '@tanstack/react-query'
import { api, unwrap } from './client'

/** A vendor, for its own pages and for its agreements. */
export const vendorQuery = (number: number) =>
  queryOptions({
    queryKey: ['vendors', number],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/vendors/{number}', { params: { path: { number } }, signal })),
  })
