import { queryOptions } from '@tanstack/react-query'
import { api, unwrap } from '../../api/client'

export interface OrganisationFilter {
  q?: string
  membership?: 'active' | 'ended'
  missingAddress?: boolean
  asOf?: string
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

export const organisationRecord = (id: number) =>
  queryOptions({
    queryKey: ['organisations', id, 'record'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/organisations/{id}/record', { params: { path: { id } }, signal })),
  })

export const organisationSettings = (id: number) =>
  queryOptions({
    queryKey: ['organisations', id, 'settings'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/organisations/{id}/settings', { params: { path: { id } }, signal })),
  })

/** The organisations that another can be chosen from. */
export const organisationChoice = queryOptions({
  queryKey: ['organisations', 'choice-all'],
  queryFn: ({ signal }) => unwrap(api.GET('/api/v1/organisations', { params: { query: { limit: 200 } }, signal })),
  staleTime: 300_000,
})

/** The people of an organisation with a role today. */
export const colleaguesQuery = queryOptions({
  queryKey: ['users', 'colleagues'],
  queryFn: ({ signal }) => unwrap(api.GET('/api/v1/users', { params: { query: { limit: 200 } }, signal })),
})
