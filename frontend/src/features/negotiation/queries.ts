import { queryOptions, useQueryClient } from '@tanstack/react-query'
import { api, unwrap, type Schemas } from '../../api/client'
import { fileBody } from '../../api/fileBody'
import { ApiError } from '../../api/problem'

export type Negotiation = Schemas['Negotiation']
export type Detail = Schemas['NegotiationDetail']
export type Round = Schemas['Round']
export type Clause = Schemas['RoundClause']
export type Change = Schemas['RoundChange']
export type Finding = Schemas['RoundFinding']
export type Decision = Schemas['Decision']
export type Act = Schemas['NegotiationAct']
export type Entry = Schemas['NegotiationEntry']
export type Segment = Schemas['RoundSegment']

export const stages = ['preparing', 'running', 'paused', 'agreed', 'ended', 'taken_over'] as const satisfies readonly Negotiation['stage'][]
export const turns = ['office', 'vendor'] as const satisfies readonly NonNullable<Negotiation['turn']>[]

/** The largest file that a round takes in. */
export const maxSize = 25 * 2 ** 20

interface Filter {
  q?: string
  stage?: Negotiation['stage']
  turn?: Negotiation['turn']
  agreement?: number
}

export const negotiationPage = (filter: Filter & { sort?: Schemas['NegotiationSort'] }) => (cursor: string | undefined, signal: AbortSignal) =>
  unwrap(api.GET('/api/v1/negotiations', { params: { query: { ...filter, cursor } }, signal }))

export const negotiationCount = (filter: Filter) =>
  queryOptions({
    queryKey: ['negotiations', 'list', 'count', filter],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/negotiations/count', { params: { query: filter }, signal })),
  })

export const negotiationQuery = (id: number) =>
  queryOptions({
    queryKey: ['negotiations', id],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/negotiations/{id}', { params: { path: { id } }, signal })),
  })

export const roundQuery = (id: number, no: number) =>
  queryOptions({
    queryKey: ['negotiations', id, 'rounds', no],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/negotiations/{id}/rounds/{no}', { params: { path: { id, no } }, signal })),
  })

export const aidsQuery = (id: number, no: number, change: number) =>
  queryOptions({
    queryKey: ['negotiations', id, 'rounds', no, 'aids', change],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/negotiations/{id}/rounds/{no}/changes/{change}/aids', { params: { path: { id, no, change } }, signal })),
    staleTime: 60_000,
  })

export const previewQuery = (id: number) =>
  queryOptions({
    queryKey: ['negotiations', id, 'preview'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/negotiations/{id}/preview', { params: { path: { id } }, signal })),
    gcTime: 0, // each decision changes it
  })

export const comparisonQuery = (id: number, from: number, to: number) =>
  queryOptions({
    queryKey: ['negotiations', id, 'comparison', from, to],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/negotiations/{id}/comparison', { params: { path: { id }, query: { from, to } }, signal })),
  })

export const deviationsQuery = (agreement: number) =>
  queryOptions({
    queryKey: ['agreements', agreement, 'deviations'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/agreements/{id}/deviations', { params: { path: { id: agreement } }, signal })),
  })

const ifMatch = (detail: Detail) => ({ 'If-Match': `"${detail.negotiation.version}"` })

export const move = (detail: Detail, act: Act, advice?: string) =>
  unwrap(api.POST('/api/v1/negotiations/{id}/stage', { params: { path: { id: detail.negotiation.id }, header: ifMatch(detail) }, body: { act, ...(advice !== undefined && { advice }) } }))

export const send = (detail: Detail, note: string) =>
  unwrap(api.POST('/api/v1/negotiations/{id}/rounds', { params: { path: { id: detail.negotiation.id }, header: ifMatch(detail) }, body: { note } }))

export const receive = (id: number, file: File, anyway: boolean) =>
  unwrap(api.POST('/api/v1/negotiations/{id}/returns', { params: { path: { id }, query: { name: file.name, ...(anyway && { anyway }) } }, ...fileBody(file) }))

/** Whether a file was refused that may be right all the same. */
export const isDoubted = (error: unknown) => error instanceof ApiError && ['negotiation.other_agreement', 'negotiation.other_round', 'negotiation.own_file'].includes(error.code)

/** The round in which a refused file was sent out. */
export const sentIn = (error: unknown) => (error instanceof ApiError && typeof error.detail.round === 'number' ? error.detail.round : undefined)

export const takeMail = (id: number, file: File) =>
  unwrap(api.POST('/api/v1/negotiations/{id}/mails', { params: { path: { id }, query: { name: file.name } }, ...fileBody(file) }))

export const receiveAttachment = (entry: number, index: number, anyway: boolean) =>
  unwrap(api.POST('/api/v1/negotiation-entries/{id}/attachments/{index}/round', { params: { path: { id: entry, index }, query: anyway ? { anyway } : {} } }))

/** One decision as it is sent; without `decision` the change is undecided again. */
export interface Said {
  no: number
  base: number
  decision?: Decision
  wording?: string
  /** The wording is the clause's, not that of the changed words alone. */
  whole?: boolean
  /** The clause's other changes as they were seen, which a wording for the whole clause decides too. */
  others?: { no: number; base: number }[]
  reason?: string
}

export const decide = async (id: number, no: number, decisions: Said[]): Promise<Change[]> =>
  (await unwrap(api.POST('/api/v1/negotiations/{id}/rounds/{no}/decisions', { params: { path: { id, no } }, body: { decisions } }))).changes

/** What an act gives back is shown at once; lists and what hangs on it are read again. */
export function useTaken() {
  const client = useQueryClient()
  return (detail: Detail) => {
    const { id, agreementId } = detail.negotiation
    client.setQueryData(['negotiations', id], detail)
    void client.invalidateQueries({ predicate: ({ queryKey: [first, second] }) => first === 'desk' || (first === 'agreements' && second === agreementId) || (first === 'negotiations' && second === 'list') })
    void client.invalidateQueries({ predicate: ({ queryKey: key }) => key[0] === 'negotiations' && key[1] === id && key.length > 2 })
  }
}
