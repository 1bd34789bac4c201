import { queryOptions } from '@tanstack/react-query'
import { api, unwrap } from '../../api/client'

export const reviewsQuery = (agreement: number) =>
  queryOptions({
    queryKey: ['agreements', agreement, 'reviews'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/agreements/{id}/reviews', { params: { path: { id: agreement } }, signal })),
  })
