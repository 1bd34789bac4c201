import { queryOptions } from '@tanstack/react-query'
import { api, unwrap, type Schemas } from '../../api/client'

export type Todo = Schemas['Todo']
export type Overview = Schemas['TaskOverview']
export type Line = Schemas['TaskLine']
export interface TodoFilter {
  q?: string
  mine?: boolean
  state?: Schemas['TodoState']
}
export type TodoSort = 'due' | '-due' | 'done' | '-done'

export const todoPage = (filter: TodoFilter & { sort?: TodoSort }) => (cursor: string | undefined, signal: AbortSignal) =>
  unwrap(api.GET('/api/v1/tasks', { params: { query: { ...filter, cursor } }, signal }))

export const todoCount = (filter: TodoFilter) =>
  queryOptions({
    queryKey: ['tasks', 'count', filter],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/tasks/count', { params: { query: filter }, signal })),
  })

export const todoQuery = (id: number) =>
  queryOptions({
    queryKey: ['tasks', id],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/tasks/{id}', { params: { path: { id } }, signal })),
  })

export const todoHistory = (id: number) =>
  queryOptions({
    queryKey: ['tasks', id, 'history'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/tasks/{id}/history', { params: { path: { id } }, signal })),
  })

export const mailQuery = queryOptions({
  queryKey: ['tasks', 'mail'],
  queryFn: ({ signal }) => unwrap(api.GET('/api/v1/tasks/mail', { signal })),
})

export const overviewPage = (filter: { q?: string; open?: boolean; sort?: 'due' | '-due' | 'created' | '-created' }) => (cursor: string | undefined, signal: AbortSignal) =>
  unwrap(api.GET('/api/v1/task-overviews', { params: { query: { ...filter, cursor } }, signal }))

export const overviewQuery = (id: number) =>
  queryOptions({
    queryKey: ['task-overviews', id],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/task-overviews/{id}', { params: { path: { id } }, signal })),
  })

export const linesQuery = (id: number) =>
  queryOptions({
    queryKey: ['task-overviews', id, 'lines'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/task-overviews/{id}/lines', { params: { path: { id } }, signal })),
  })
