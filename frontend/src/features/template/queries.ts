import { queryOptions } from '@tanstack/react-query'
import { api, unwrap } from '../../api/client'

export const familiesQuery = queryOptions({
  queryKey: ['templates', 'families'],
  queryFn: ({ signal }) => unwrap(api.GET('/api/v1/template-families', { signal })),
})

export const treeQuery = (id: number) =>
  queryOptions({
    queryKey: ['templates', id],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/templates/{id}/tree', { params: { path: { id } }, signal })),
  })

/** What the secretariat wants on the clauses and fields of a family; the office's alone. */
export const positionsOfQuery = (family: string) =>
  queryOptions({
    queryKey: ['positions', family],
    queryFn: async ({ signal }) => (await unwrap(api.GET('/api/v1/positions', { params: { query: { family } }, signal }))).items,
    staleTime: 30_000,
  })

export const historyQuery = (id: number) =>
  queryOptions({
    queryKey: ['templates', id, 'history'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/templates/{id}/history', { params: { path: { id } }, signal })),
  })

export const compareQuery = (from: number, to: number) =>
  queryOptions({
    queryKey: ['templates', 'comparison', from, to],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/templates/comparison', { params: { query: { from, to } }, signal })),
  })
