import { queryOptions } from '@tanstack/react-query'
import { api, unwrap } from '../../api/client'

export interface OrganisationFilter {
  q?: string
  membership?: 'active' | 'ended'
  missingAddress?: boolean
}
export type OrganisationSort = 'name' | '-name'

export const organisationPage = (filter: OrganisationFilter & { sort?: OrganisationSort }) => (cursor: string | undefined, signal: AbortSignal) =>
  unwrap(api.GET('/api/v1/organisations', { params: { query: { ...filter, cursor } }, signal }))

export const organisationCount = (filter: OrganisationFilter) =>
  queryOptions({
    queryKey: ['organisations', 'count', filter],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/organisations/count', { params: { query: filter }, signal })),
  })

export const organisationQuery = (id: number) =>
  queryOptions({
    queryKey: ['organisations', id],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/organisations/{id}', { params: { path: { id } }, signal })),
  })

export const organisationHistory = (id: number) =>
  queryOptions({
    queryKey: ['organisations', id, 'history'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/organisations/{id}/history', { params: { path: { id } }, signal })),
  })
