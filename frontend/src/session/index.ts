import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query'
import { useSyncExternalStore } from 'react'
import { api, hadSession, setCsrf, unwrap, whenSessionEnds, type Schemas } from '../api/client'
import { isUnauthenticated } from '../api/problem'
import { currentLanguage, setLanguage, type Language } from '../i18n'

export type Me = Schemas['Me']
export type Role = Schemas['Role']

async function fetchMe(signal?: AbortSignal): Promise<Me | null> {
  try {
    return await accept(await unwrap(api.GET('/api/v1/me', { signal })))
  } catch (error) {
    // A session that ended keeps its page: only somebody who was never signed in is nobody.
    if (isUnauthenticated(error) && !hadSession()) return null
    throw error
  }
}

async function accept(me: Me): Promise<Me> {
  setCsrf(me.csrf)
  setExpired(false)
  if (me.language !== currentLanguage()) await setLanguage(me.language)
  return me
}

/** Who is signed in; null when nobody is. */
export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: ({ signal }) => fetchMe(signal),
  staleTime: 60_000,
  retry: false,
})

/** The person signed in. Only for pages behind sign-in. */
export function useMe(): Me {
  const { data } = useQuery(meQuery)
  if (!data) throw new Error('useMe outside a session')
  return data
}

export function useMaybeMe(): Me | null {
  return useQuery(meQuery).data ?? null
}

/** May the active role call this operation? The server refuses all the same. */
export function may(me: Me | null, operation: string): boolean {
  return me?.operations.includes(operation) ?? false
}

export function useMay(): (operation: string) => boolean {
  const me = useMaybeMe()
  return (operation) => may(me, operation)
}

/** True for the roles of the secretariat: they see all organisations. */
export function isOffice(me: Me): boolean {
  return me.active.organisation === undefined && me.active.role !== 'board'
}

// ---- an ended session: the page stays, and says so ----

let expired = false
const listeners = new Set<() => void>()

export function setExpired(value: boolean): void {
  if (expired === value) return
  expired = value
  for (const listener of listeners) listener()
}

whenSessionEnds(() => setExpired(true))

export function useExpired(): boolean {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => expired,
  )
}

// ---- acts ----

/** Another person or role begins on a fresh page, so that nothing of the one before is left in memory. */
export function beginAt(path: string): void {
  window.location.assign(path)
}

export function useSessionActs() {
  const client = useQueryClient()
  return {
    demo: (persona: string) => unwrap(api.POST('/api/v1/session/demo', { body: { persona } })),
    redeem: (code: string) => unwrap(api.POST('/api/v1/session/invitation', { body: { code } })),
    role: (activeRole: number) => unwrap(api.PATCH('/api/v1/me', { body: { activeRole } })),
    refresh: () => client.invalidateQueries({ queryKey: meQuery.queryKey }),
    language: async (language: Language) => {
      await setLanguage(language)
      if (!client.getQueryData(meQuery.queryKey)) return
      client.setQueryData(meQuery.queryKey, await accept(await unwrap(api.PATCH('/api/v1/me', { body: { language } }))))
      await client.invalidateQueries({ predicate: (query) => query.queryKey[0] !== 'me' })
    },
    end: () => unwrap(api.DELETE('/api/v1/session')),
  }
}

export const optionsQuery = queryOptions({
  queryKey: ['session-options'],
  queryFn: ({ signal }) => unwrap(api.GET('/api/v1/session/options', { signal })),
  staleTime: 300_000,
})
