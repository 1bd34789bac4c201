import { queryOptions } from '@tanstack/react-query'
import { api, unwrap, type Schemas } from '../../api/client'

export type Usage = Schemas['Usage']
export type State = Schemas['UsageAgreementState']
export type Field = Schemas['UsageField']
export type CellChange = Schemas['UsageCellChange']
export type Outcome = Schemas['UsageOutcome']
export type Person = Schemas['UsagePerson']

export const states = ['joint', 'own', 'kl_kombit', 'not_needed', 'offered', 'missing'] as const satisfies readonly State[]
export const periods = ['current', 'ended', 'all'] as const
export const sorts = [
  'name', '-name', 'vendor', '-vendor', 'agreement', '-agreement', 'persons', '-persons', 'from', '-from',
  'owner', '-owner', 'responsible', '-responsible', 'caseNumber', '-caseNumber',
] as const

export interface UsageFilter {
  q?: string
  agreement?: State
  period?: (typeof periods)[number]
  vendor?: number
  owner?: number
  responsible?: number
  organisation?: number
}
export type UsageSort = (typeof sorts)[number]

export const usagePage = (filter: UsageFilter & { sort?: UsageSort }) => (cursor: string | undefined, signal: AbortSignal) =>
  unwrap(api.GET('/api/v1/usages', { params: { query: { ...filter, cursor } }, signal }))

export const usageCount = (filter: UsageFilter) =>
  queryOptions({
    queryKey: ['usages', 'count', filter],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/usages/count', { params: { query: filter }, signal })),
    placeholderData: (old) => old,
  })

export const peopleQuery = queryOptions({
  queryKey: ['usages', 'people'],
  queryFn: ({ signal }) => unwrap(api.GET('/api/v1/usages/people', { signal })),
  staleTime: 60_000,
})

export const changesQuery = queryOptions({
  queryKey: ['usages', 'changes'],
  queryFn: ({ signal }) => unwrap(api.GET('/api/v1/usages/changes', { signal })),
})

export const sendChanges = (kind: 'edit' | 'paste' | 'bulk', changes: CellChange[], dryRun = false): Promise<Outcome> =>
  unwrap(api.POST('/api/v1/usages/changes', { body: { kind, changes, dryRun } }))

export const undoChange = (id: number): Promise<Outcome> => unwrap(api.POST('/api/v1/usages/changes/{id}/undo', { params: { path: { id } } }))

export const addUsage = (system: number, from: string): Promise<Outcome> => unwrap(api.POST('/api/v1/usages', { body: { system, from } }))
