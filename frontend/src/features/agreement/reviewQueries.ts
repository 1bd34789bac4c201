import { queryOptions } from '@tanstack/react-query'
import { api, unwrap } from '../../api/client'
import { useList } from '../../api/list'

/** What the secretariat said of an agreement: all of its places share the pages that were read. */
export const useComments = (agreement: number) =>
  useList(['agreements', agreement, 'comments', 'list'], (cursor, signal) =>
    unwrap(api.GET('/api/v1/agreements/{id}/comments', { params: { path: { id: agreement }, query: { cursor, limit: 200 } }, signal })))

export const reviewsQuery = (agreement: number) =>
  queryOptions({
    queryKey: ['agreements', agreement, 'reviews'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/agreements/{id}/reviews', { params: { path: { id: agreement } }, signal })),
  })
