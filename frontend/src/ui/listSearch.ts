import { parseDate } from '../i18n/format'

/** The whole state of a list; it lives in the URL and nowhere else. */
export interface ListSearch {
  q?: string
  sort?: string
  /** How many pages "Vis flere" has brought; 1 is left out. */
  pages?: number
}

export type SearchInput = Record<string, unknown>

export function text(value: unknown, max = 200): string | undefined {
  if (typeof value === 'number') return String(value)
  return typeof value === 'string' && value.trim() !== '' ? value.slice(0, max) : undefined
}

export function whole(value: unknown): number | undefined {
  const n = typeof value === 'string' ? Number(value) : value
  return typeof n === 'number' && Number.isInteger(n) && n > 0 ? n : undefined
}

export const upTo = (n: number | undefined, most: number): number | undefined => (n === undefined ? undefined : Math.min(n, most))

/** A legal date as the address carries it. */
export function day(value: unknown): string | undefined {
  return typeof value === 'string' && parseDate(value) === value ? value : undefined
}

export function oneOf<T extends string>(value: unknown, allowed: readonly T[]): T | undefined {
  return allowed.find((a) => a === value)
}

/** What a person may have typed into the address is kept only when it makes sense. */
export function listSearch<S extends string>(input: SearchInput, sorts: readonly S[]) {
  const pages = whole(input.pages)
  return {
    q: text(input.q),
    sort: oneOf(input.sort, sorts),
    pages: pages !== undefined && pages > 1 ? Math.min(pages, 100) : undefined,
  }
}

/** `name` -> `-name` -> `name`; a new column begins upwards. */
export function nextSort(current: string, column: string): string {
  return current === column ? `-${column}` : column
}

export function sortDirection(current: string, column: string): 'ascending' | 'descending' | 'none' {
  if (current === column) return 'ascending'
  return current === `-${column}` ? 'descending' : 'none'
}

/** Only what is given: an address carries no empty filters. */
export function given<T extends object>(all: T): Partial<T> {
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as Partial<T>
}
