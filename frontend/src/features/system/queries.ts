import { queryOptions, useQuery } from '@tanstack/react-query'
import { api, unwrap, type Schemas } from '../../api/client'
import { useFormat } from '../../i18n'

export interface SystemFilter {
  q?: string
  vendor?: number
  screened?: 'none' | Schemas['ScreeningOutcome']
  criticality?: string
}
export type SystemSort = 'name' | '-name' | 'number' | '-number'

export const systemPage = (filter: SystemFilter & { sort?: SystemSort; limit?: number }) => (cursor: string | undefined, signal: AbortSignal) =>
  unwrap(api.GET('/api/v1/systems', { params: { query: { ...filter, cursor } }, signal }))

export const systemCount = (filter: SystemFilter) =>
  queryOptions({
    queryKey: ['systems', 'count', filter],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/systems/count', { params: { query: filter }, signal })),
  })

export const systemQuery = (number: number) =>
  queryOptions({
    queryKey: ['systems', number],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/systems/{number}', { params: { path: { number } }, signal })),
  })

export const systemHistory = (number: number) =>
  queryOptions({
    queryKey: ['systems', number, 'history'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/systems/{number}/history', { params: { path: { number } }, signal })),
  })

/** The own organisation's usages of one system, also those that ended; the search finds its number. */
export const ownUseQuery = (number: number) =>
  queryOptions({
    queryKey: ['usages', 'of-system', number],
    queryFn: async ({ signal }) => {
      const found = await unwrap(api.GET('/api/v1/usages', { params: { query: { q: String(number), period: 'all', sort: '-from' } }, signal }))
      return found.items.filter((u) => u.system.number === number)
    },
  })

export const choicesQuery = queryOptions({
  queryKey: ['choices'],
  queryFn: ({ signal }) => unwrap(api.GET('/api/v1/choices', { signal })),
  staleTime: Infinity, // they change with the program
})

export const kleQuery = (q: string) =>
  queryOptions({
    queryKey: ['kle', q],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/kle', { params: { query: q ? { q } : {} }, signal })),
  })

export type ListName = Schemas['ListChoice']['list']

/** The words of the choice lists in the language of the page. */
export function useChoices() {
  const { lang } = useFormat()
  const { data } = useQuery(choicesQuery)
  const of = (list: ListName) => (data?.items ?? []).filter((c) => c.list === list)
  const find = (list: ListName, value: string) => of(list).find((c) => c.value === value)
  return {
    of,
    word: (list: ListName, value: string) => find(list, value)?.[lang] ?? value,
    unconfirmed: (list: ListName, value: string) => find(list, value)?.unconfirmed ?? false,
    lang,
  }
}
