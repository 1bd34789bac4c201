import { queryOptions } from '@tanstack/react-query'
import { api, unwrap } from '../../api/client'

export const templatesQuery = queryOptions({
  queryKey: ['templates'],
  queryFn: ({ signal }) => unwrap(api.GET('/api/v1/templates', { signal })),
  staleTime: 60_000,
})

export const templateQuery = (id: number) =>
  queryOptions({
    queryKey: ['templates', id],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/templates/{id}', { params: { path: { id } }, signal })),
    staleTime: 60_000,
  })
