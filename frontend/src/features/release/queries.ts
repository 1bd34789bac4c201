import { queryOptions } from '@tanstack/react-query'
import { api, unwrap, type Schemas } from '../../api/client'

export type Batch = Schemas['Batch']
export type BatchItem = Schemas['BatchItem']

export const checkQuery = (id: number) =>
  queryOptions({
    queryKey: ['agreements', id, 'release-check'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/agreements/{id}/release-check', { params: { path: { id } }, signal })),
    // Read anew for each visit and never changed behind a person who is making up their mind.
    gcTime: 0,
    staleTime: Infinity,
  })

export const batchQuery = (id: number) =>
  queryOptions({
    queryKey: ['batches', id],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/batches/{id}', { params: { path: { id } }, signal })),
  })

export const itemsQuery = (id: number) =>
  queryOptions({
    queryKey: ['batches', id, 'items'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/batches/{id}/items', { params: { path: { id } }, signal })),
  })
