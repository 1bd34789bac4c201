import { queryOptions } from '@tanstack/react-query'
import { api, unwrap, type Schemas } from '../../api/client'

export interface AgreementFilter {
  q?: string
  state?: 'draft' | 'offered'
  stage?: Schemas['AgreementStage']
  older?: number
  vendor?: number
}
export type AgreementSort = 'number' | '-number' | 'title' | '-title' | 'since' | '-since'

export const agreementPage = (filter: AgreementFilter & { sort?: AgreementSort }) => (cursor: string | undefined, signal: AbortSignal) =>
  unwrap(api.GET('/api/v1/agreements', { params: { query: { ...filter, cursor } }, signal }))

export const agreementCount = (filter: AgreementFilter) =>
  queryOptions({
    queryKey: ['agreements', 'count', filter],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/agreements/count', { params: { query: filter }, signal })),
  })

/** What a draft's answers can be copied from, and those that stand as they were copied. */
export const copySourcesQuery = (id: number) =>
  queryOptions({
    queryKey: ['agreements', id, 'copy-sources'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/agreements/{id}/copy-sources', { params: { path: { id } }, signal })),
  })

export const copyPlanQuery = (id: number, from: number) =>
  queryOptions({
    queryKey: ['agreements', id, 'copy-plan', from],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/agreements/{id}/copy-plan', { params: { path: { id }, query: { from } }, signal })),
    gcTime: 0, // somebody may answer meanwhile: it is looked at anew each time
  })

export const textQuery = (id: number) =>
  queryOptions({
    queryKey: ['agreements', id, 'text'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/agreements/{id}/text', { params: { path: { id } }, signal })),
    placeholderData: (old) => old,
  })

export const historyQuery = (id: number) =>
  queryOptions({
    queryKey: ['agreements', id, 'history'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/agreements/{id}/history', { params: { path: { id } }, signal })),
  })

/** Other versions of templates in the same language: where an agreement could move. */
export const otherTemplates = (template: Schemas['Template']) =>
  queryOptions({
    queryKey: ['templates'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/templates', { signal })),
    select: (all) => all.items.filter((x) => x.id !== template.id && x.language === template.language),
  })
