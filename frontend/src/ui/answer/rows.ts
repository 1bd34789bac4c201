import type { Schemas } from '../../api/client'

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

type Read = { value: Record<string, unknown>[] | null } | { wrong: 'required' | 'integer' | 'country' | 'tooLong'; row: number; column: string; over?: number }

/** How many characters a text is too long; as field.text on the server. */
export const tooLong = (field: Field, typed: string): number =>
  field.type === 'text' || field.type === 'long_text' ? Math.max(0, Array.from(typed.trim()).length - (field.maxLength ?? (field.type === 'long_text' ? 20_000 : 400))) : 0

/** What the rows say: empty ones are left out; a row that lacks something, or a cell that is not what it should be, is told. */
export function readRows(columns: Field[], rows: TextRow[], isCountry: (code: string) => boolean): Read {
  const value: Record<string, unknown>[] = []
  for (const [row, text] of rows.entries()) {
    const cells: Record<string, unknown> = {}
    for (const c of columns) {
      const typed = (text[c.path] ?? '').trim()
      if (typed === '') continue
      if (c.type === 'country' && !isCountry(typed)) return { wrong: 'country', row, column: c.label }
      const over = tooLong(c, typed)
      if (over > 0) return { wrong: 'tooLong', row, column: c.label, over }
      if (c.type === 'integer' && !/^\d{1,9}$/.test(typed)) return { wrong: 'integer', row, column: c.label }
      cells[c.path] = c.type === 'integer' ? Number(typed) : typed
    }
    if (Object.keys(cells).length === 0) continue
    const lacking = columns.find((c) => c.required && cells[c.path] === undefined)
    if (lacking) return { wrong: 'required', row, column: lacking.label }
    value.push(cells)
  }
  return { value: value.length > 0 ? value : null }
}

/** A block of cells from a sheet put in from one cell on; rows are added as needed. */
export function pasted(columns: Field[], rows: TextRow[], row: number, column: number, text: string): TextRow[] {
  const next = rows.map((r) => ({ ...r }))
  for (const [i, line] of text.replace(/\r/g, '').replace(/\n+$/, '').split('\n').entries()) {
    const to = (next[row + i] ??= emptyRow(columns))
    for (const [j, cell] of line.split('\t').entries()) {
      const c = columns[column + j]
      if (c) to[c.path] = cell.trim()
    }
  }
  return next
}
