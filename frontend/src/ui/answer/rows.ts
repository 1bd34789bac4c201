import type { Schemas } from '../../api/client'
import type { Grid } from '../clipboard'
import { readWhole } from './whole'

type Field = Schemas['Field']

/** A row as it is written, by column. */
export type TextRow = Record<string, string>

export const emptyRow = (columns: Field[]): TextRow => Object.fromEntries(columns.map((c) => [c.path, '']))

/** The rows of an answer as text. */
export function textRows(field: Field, value: unknown): TextRow[] {
  if (!Array.isArray(value)) return []
  return value.map((row: Record<string, unknown>) =>
    Object.fromEntries((field.columns ?? []).map((c) => {
      const cell = row[c.path]
      return [c.path, typeof cell === 'string' || typeof cell === 'number' ? String(cell) : '']
    })))
}

/** What is wrong with a cell, and the label of its column. */
export interface CellFault {
  wrong: 'required' | 'integer' | 'country' | 'tooLong'
  column: string
  path: string
  over?: number
}
export type RowFault = CellFault & { row: number }

/** The most rows that an answer may have; as field.mostRows on the server. */
export const mostRows = 500

/** How many characters a text is too long; as field.text on the server. */
export const tooLong = (field: Field, typed: string): number =>
  field.type === 'text' || field.type === 'long_text' ? Math.max(0, Array.from(typed.trim()).length - (field.maxLength ?? (field.type === 'long_text' ? 20_000 : 400))) : 0

const isEmpty = (columns: Field[], row: TextRow): boolean => columns.every((c) => (row[c.path] ?? '').trim() === '')

/** What is wrong with one cell, as far as it can be told by itself. */
export function cellFault(column: Field, text: string, isCountry: (code: string) => boolean): CellFault | undefined {
  const typed = text.trim()
  const at = { column: column.label, path: column.path }
  if (typed === '') return column.required ? { wrong: 'required', ...at } : undefined
  if (column.type === 'country' && !isCountry(typed)) return { wrong: 'country', ...at }
  const over = tooLong(column, typed)
  if (over > 0) return { wrong: 'tooLong', ...at, over }
  return column.type === 'integer' && (readWhole(typed, 'da') ?? -1) < 0 ? { wrong: 'integer', ...at } : undefined
}

/** Everything that keeps the rows from being saved, in reading order; an empty row is none. */
export const rowFaults = (columns: Field[], rows: TextRow[], isCountry: (code: string) => boolean): RowFault[] =>
  rows.flatMap((text, row) => (isEmpty(columns, text) ? [] : columns.flatMap((c) => {
    const fault = cellFault(c, text[c.path] ?? '', isCountry)
    return fault ? [{ row, ...fault }] : []
  })))

/** The value that the rows say; empty ones are left out. Only for rows without faults. */
export function rowsValue(columns: Field[], rows: TextRow[]): Record<string, unknown>[] | null {
  const value = rows.filter((row) => !isEmpty(columns, row)).map((row) =>
    Object.fromEntries(columns.flatMap((c) => {
      const typed = (row[c.path] ?? '').trim()
      return typed === '' ? [] : [[c.path, c.type === 'integer' ? readWhole(typed, 'da') : typed]]
    })) as Record<string, unknown>)
  return value.length > 0 ? value : null
}

/** A block of cells from a sheet put in from one cell on; rows are added as needed. */
export function pasted(columns: Field[], rows: TextRow[], row: number, column: number, grid: Grid, read: (column: Field, cell: string) => string): TextRow[] {
  const next = rows.map((r) => ({ ...r }))
  for (const [i, line] of grid.entries()) {
    const to = (next[row + i] ??= emptyRow(columns))
    for (const [j, cell] of line.entries()) {
      const c = columns[column + j]
      if (c) to[c.path] = read(c, cell)
    }
  }
  return next
}
