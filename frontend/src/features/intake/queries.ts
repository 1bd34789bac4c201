import { queryOptions } from '@tanstack/react-query'
import { api, unwrap, type Schemas } from '../../api/client'
import { fileBody } from '../../api/fileBody'
import type { Tone } from '../../ui/Tag'

export type Import = Schemas['Import']
export type Kind = Schemas['ImportKind']
export type Outcome = Schemas['ImportOutcome']
export type Line = Schemas['ImportLine']

export const outcomes: Outcome[] = ['refused', 'added', 'changed', 'unchanged', 'repeated']
export const outcomeTones: Record<Outcome, Tone> = { refused: 'overdue', added: 'ok', changed: 'attention', unchanged: 'none', repeated: 'none' }
export const stateTones: Record<Import['state'], Tone> = {
  reading: 'waiting', mapping: 'attention', checking: 'waiting', ready: 'attention', applied: 'ok', failed: 'overdue', cancelled: 'none',
}

/** Whether a job is at it. */
export const works = (state: Import['state'] | undefined): boolean => state === 'reading' || state === 'checking'

/** What the role may take in; the server refuses the rest. */
export const kindsFor = (office: boolean): Kind[] => (office ? ['vendors', 'systems', 'usages', 'own_agreements'] : ['usages', 'own_agreements'])

export const maxSize = 50 * 1024 * 1024

export const importPage = (kind: Kind | undefined) => (cursor: string | undefined, signal: AbortSignal) =>
  unwrap(api.GET('/api/v1/imports', { params: { query: { kind, cursor } }, signal }))

export const importCount = (kind: Kind | undefined) =>
  queryOptions({
    queryKey: ['imports', 'count', kind],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/imports/count', { params: { query: { kind } }, signal })),
  })

export { importQuery } from '../../api/imports'

export const linePage = (id: number, outcome: Outcome | undefined) => (cursor: string | undefined, signal: AbortSignal) =>
  unwrap(api.GET('/api/v1/imports/{id}/lines', { params: { path: { id }, query: { outcome, cursor } }, signal }))

export const sendFile = (kind: Kind, file: File) =>
  unwrap(api.POST('/api/v1/imports', {
    params: { query: { kind, name: file.name } },
    ...fileBody(file),
  }))
