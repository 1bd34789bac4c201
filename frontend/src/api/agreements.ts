import { queryOptions } from '@tanstack/react-query'
import { api, unwrap } from './client'

/** A joint agreement, for its own pages and for its release. */
export const agreementQuery = (id: number) =>
  queryOptions({
    queryKey: ['agreements', id],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/agreements/{id}', { params: { path: { id } }, signal })),
  })

/** The rounds of one agreement, or all that the role sees. */
export const hearingsQuery = (agreement?: number) =>
  queryOptions({
    queryKey: ['hearings', 'list', agreement],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/hearings', { params: { query: { agreement } }, signal })),
  })
