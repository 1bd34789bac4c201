import { queryOptions } from '@tanstack/react-query'
import { api, unwrap } from './client'

/** A joint agreement, for its own pages and for its release. */
export const agreementQuery = (id: number) =>
  queryOptions({
    queryKey: ['agreements', id],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/agreements/{id}', { params: { path: { id } }, signal })),
  })

/** The first rounds of one agreement: the one that is open is among them. */
export const hearingsQuery = (agreement: number) =>
  queryOptions({
    queryKey: ['hearings', 'list', agreement],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/hearings', { params: { query: { agreement } }, signal })),
  })

/** How much the secretariat said of an agreement and has not settled. */
export const openCommentsQuery = (agreement: number) =>
  queryOptions({
    queryKey: ['agreements', agreement, 'comments', 'open'],
    queryFn: async ({ signal }) => (await unwrap(api.GET('/api/v1/agreements/{id}/comments', { params: { path: { id: agreement }, query: { limit: 1 } }, signal }))).open,
  })
