import type { Schemas } from '../../api/client'
import { country } from '../../i18n/format'
import type { Grid } from '../clipboard'
import { cellFault, emptyRow, type CellFault, type TextRow } from './rows'

type Field = Schemas['Field']

/** How a contract may call a country that the language has another name for. */
const otherNames: Record<string, string> = {
  usa: 'US', us: 'US', 'u.s.a.': 'US', 'united states of america': 'US', 'de forenede stater': 'US', amerika: 'US', uk: 'GB', england: 'GB', storbritannien: 'GB', skotland: 'GB',
  holland: 'NL', tjekkiet: 'CZ', sydkorea: 'KR', korea: 'KR', kina: 'CN',
}

let names: Map<string, string> | undefined

function countryNames(): Map<string, string> {
  if (names) return names
  names = new Map(Object.entries(otherNames))
  const letters = Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZ')
  for (const code of letters.flatMap((a) => letters.map((b) => a + b))) {
    for (const lang of ['da', 'en'] as const) {
      const name = country(code, lang)
      if (name !== code && !names.has(name.toLowerCase())) names.set(name.toLowerCase(), code)
    }
  }
  return names
}

/** A country's code as a person writes it: "DK", "Irland", "USA". What is none is left as it is written. */
export function countryCode(written: string): string {
  const upper = written.toUpperCase()
  if (/^[A-Z]{2}$/.test(upper) && country(upper, 'en') !== upper) return upper
  return countryNames().get(written.toLowerCase().replace(/^[ .()]+|[ .()]+$/g, '')) ?? written
}

/** What a cell of a sheet says in a column's own terms. */
export function readCell(column: Field, written: string): string {
  const text = written.trim()
  if (column.type === 'country') return countryCode(text)
  if (column.type === 'integer') return text.replace(/(?<=\d)[ .\u00a0](?=\d{3}\b)/g, '')
  if (column.type === 'choice') return column.choices?.find((c) => c.label.toLowerCase() === text.toLowerCase())?.value ?? text
  return text
}

/** What a heading may call a column, besides its label. */
const headings: Record<string, RegExp> = {
  name: /navn|name|^underdatabehandler|^leverandør|virksomhed|^sub-?processor|company|vendor/,
  number: /cvr|reg|^nummer|number/,
  address: /adresse|address/,
  country: /\bland\b|hjemland|country/,
  purpose: /behandling|beskrivelse|ydelse|opgave|formål|description|processing|purpose|service/,
}

/** Where each column of a pasted table goes (the path, or nothing), and whether its first line names the columns. */
export interface Reading {
  heading: boolean
  order: string[]
}

function byHeading(columns: Field[], line: string[]): string[] {
  const taken = new Set<string>()
  const find = (fits: (c: Field) => boolean): string => {
    const path = columns.find((c) => !taken.has(c.path) && fits(c))?.path ?? ''
    if (path) taken.add(path)
    return path
  }
  const exact = line.map((cell) => cell !== '' && find((c) => c.label.toLowerCase() === cell.toLowerCase() || c.path === cell.toLowerCase()))
  return line.map((cell, i) => exact[i] || (cell === '' ? '' : find((c) => headings[c.path]?.test(cell.toLowerCase()) ?? false)))
}

function byContent(columns: Field[], grid: Grid): string[] {
  const width = grid[0]?.length ?? 0
  const order = Array<string>(width).fill('')
  const most = (i: number, fits: (cell: string) => boolean) => {
    const cells = grid.map((line) => line[i] ?? '').filter((x) => x !== '')
    return cells.length > 0 && cells.filter(fits).length * 2 > cells.length
  }
  const tests: [(c: Field) => boolean, (cell: string) => boolean][] = [
    [(c) => c.type === 'country', (cell) => /^[A-Z]{2}$/.test(countryCode(cell))],
    [(c) => c.path === 'number', (cell) => /^[A-Z]{0,3}[\d .-]{6,}$/.test(cell)],
    [(c) => c.type === 'integer', (cell) => /^\d{1,9}$/.test(cell)],
  ]
  for (const [of, fits] of tests) {
    const column = columns.find(of)
    const at = order.findIndex((x, i) => column && x === '' && most(i, fits))
    if (column && at >= 0) order[at] = column.path
  }
  const left = columns.filter((c) => !order.includes(c.path) && (c.type === 'text' || c.type === 'long_text' || c.type === 'choice') && c.path !== 'number').map((c) => c.path)
  // The last free column takes the last question when there are fewer columns than questions: a name and what it does.
  const free = order.flatMap((x, i) => (x === '' ? [i] : []))
  const required = left.filter((path) => columns.find((c) => c.path === path)?.required)
  const paths = free.length < left.length ? required.concat(left.filter((x) => !required.includes(x))).slice(0, free.length).sort((a, b) => left.indexOf(a) - left.indexOf(b)) : left
  for (const [n, i] of free.entries()) order[i] = paths[n] ?? ''
  return order
}

/** Guesses what the columns are: by the words of a first line of headings, or else by what stands in them. */
export function guess(columns: Field[], grid: Grid): Reading {
  const named = byHeading(columns, grid[0] ?? [])
  const known = named.filter(Boolean).length
  const heading = known >= 2 || (known === 1 && named.length === 1)
  return { heading, order: heading ? named : byContent(columns, grid) }
}

/** The lines of a pasted table as rows of the form. */
export const rowsOf = (columns: Field[], grid: Grid, reading: Reading): TextRow[] =>
  grid.slice(reading.heading ? 1 : 0).map((line) => {
    const row = emptyRow(columns)
    for (const [i, path] of reading.order.entries()) {
      const column = columns.find((c) => c.path === path)
      if (column) row[path] = readCell(column, line[i] ?? '')
    }
    return row
  })

export type Standing = 'new' | 'fills' | 'differs' | 'same' | 'twice' | 'bad'

/** A row that would come into the table, held against those that stand there. */
export interface Incoming {
  row: TextRow
  standing: Standing
  faults: CellFault[]
  /** The row of the table that it is about, from 0. */
  at?: number
  /** The row before it, among those that come, that says the same company; from 0. */
  first?: number
}

const forms = /\b(a\/s|aps|i\/s|k\/s|p\/s|gmbh|ltd|limited|inc|llc|b\.?v|ag|ab|oy|plc|sa)\b\.?/gi
const stem = (name: string): string => name.toLowerCase().replace(forms, ' ').replace(/[^\p{L}\p{N}]/gu, '')
const register = (number: string): string => number.toUpperCase().replace(/[^\p{L}\p{N}]/gu, '').replace(/^(DK|CVR)+(NR)?/, '')

/** What a row is known by. */
interface Known {
  number: string
  name: string
}

function knownBy(columns: Field[], row: TextRow): Known {
  const name = columns.some((c) => c.path === 'name') ? 'name' : (columns[0]?.path ?? '')
  return { number: register(row.number ?? ''), name: stem(row[name] ?? '') }
}

/** Two rows are about one when their register numbers say so, or, where one of them has none, their names. */
const alike = (a: Known, b: Known): boolean => (a.number !== '' && b.number !== '' ? a.number === b.number : a.name !== '' && a.name === b.name)

/** Are two rows of a table about one: one company, one place? */
export const aboutOne = (columns: Field[], a: TextRow, b: TextRow): boolean => alike(knownBy(columns, a), knownBy(columns, b))

/** Cells that the row would write: those that it has and that stand otherwise in the table. */
export const writes = (columns: Field[], row: TextRow, old: TextRow): Field[] =>
  columns.filter((c) => (row[c.path] ?? '') !== '' && row[c.path] !== (old[c.path] ?? '').trim())

/** Holds the rows that come against the table and against each other. */
export function held(columns: Field[], now: TextRow[], coming: TextRow[], isCountry: (code: string) => boolean): Incoming[] {
  const there = now.map((row) => knownBy(columns, row))
  const come = coming.map((row) => knownBy(columns, row))
  return coming.map((row, i): Incoming => {
    const me = come[i] ?? { number: '', name: '' }
    const at = there.findIndex((x) => alike(x, me))
    const old = now[at]
    const first = come.findIndex((x) => alike(x, me))
    const merged = old ? { ...old, ...Object.fromEntries(columns.filter((c) => row[c.path]).map((c) => [c.path, row[c.path] ?? ''])) } : row
    const faults = columns.flatMap((c) => cellFault(c, merged[c.path] ?? '', isCountry) ?? [])
    const changed = old ? writes(columns, row, old) : []
    const standing = (): Standing => {
      if (old && changed.length === 0) return 'same'
      if (faults.length > 0) return 'bad'
      if (first >= 0 && first < i) return 'twice'
      if (!old) return 'new'
      return changed.some((c) => (old[c.path] ?? '').trim() !== '') ? 'differs' : 'fills'
    }
    return { row, standing: standing(), faults, ...(old && { at }), ...(first >= 0 && first < i && { first }) }
  })
}

/** What is taken without asking: it adds, and overwrites nothing. */
export const takenUnasked = (x: Incoming): boolean => x.standing === 'new' || x.standing === 'fills'
export const mayTake = (x: Incoming): boolean => x.standing !== 'bad' && x.standing !== 'same'

/** The table with the rows that were taken; cells that a row leaves open stay as they are. */
export function taken(columns: Field[], now: TextRow[], rows: Incoming[]): TextRow[] {
  const next = now.map((row) => ({ ...row }))
  for (const x of rows) {
    const old = x.at === undefined ? undefined : next[x.at]
    if (old) for (const c of writes(columns, x.row, old)) old[c.path] = x.row[c.path] ?? ''
    else next.push(x.row)
  }
  return next.filter((row) => columns.some((c) => (row[c.path] ?? '').trim() !== ''))
}
