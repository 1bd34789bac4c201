import { queryOptions } from '@tanstack/react-query'
import { api, unwrap } from '../../api/client'

export const hearingQuery = (id: number) =>
  queryOptions({
    queryKey: ['hearings', id],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/hearings/{id}', { params: { path: { id } }, signal })),
  })

export const hearingPlanQuery = (agreement: number) =>
  queryOptions({
    queryKey: ['hearings', 'plan', agreement],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/agreements/{id}/hearing-plan', { params: { path: { id: agreement } }, signal })),
  })
