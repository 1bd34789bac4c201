import { queryOptions } from '@tanstack/react-query'
import { api, unwrap, type Schemas } from '../../api/client'

export interface AccessionFilter {
  q?: string
  agreement?: number
  organisation?: number
  before?: number
  state?: Schemas['AccessionState']
}
export type AccessionSort = 'offered' | '-offered'

export const accessionPage = (filter: AccessionFilter & { sort?: AccessionSort }) => (cursor: string | undefined, signal: AbortSignal) =>
  unwrap(api.GET('/api/v1/accessions', { params: { query: { ...filter, cursor } }, signal }))

export const accessionCount = (filter: AccessionFilter) =>
  queryOptions({
    queryKey: ['accessions', 'count', filter],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/accessions/count', { params: { query: filter }, signal })),
  })

/** Whether a paper of what was concluded is still on its way. */
export const making = (detail: Schemas['AccessionDetail']) => !detail.current && ['accepted', 'in_force'].includes(detail.accession.state)

const soon = 5 * 60_000

/** Whether it should have been there by now: it is ordered anew every hour, so nobody stares at the page. */
export const late = (detail: Schemas['AccessionDetail'], now = Date.now()) => making(detail) && now - Date.parse(detail.accession.since) > soon

export const accessionQuery = (id: number) =>
  queryOptions({
    queryKey: ['accessions', id],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/accessions/{id}', { params: { path: { id } }, signal })),
    // The final paper is made a moment after the agreement is concluded, and locked a moment after it is stored.
    refetchInterval: (q) => {
      const detail = q.state.data
      if (!detail || !(making(detail) || detail.documents.some((d) => d.state === 'staged'))) return false
      return late(detail) ? 60_000 : 3_000
    },
  })

export const accessionHistory = (id: number) =>
  queryOptions({
    queryKey: ['accessions', id, 'history'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/accessions/{id}/history', { params: { path: { id } }, signal })),
  })
