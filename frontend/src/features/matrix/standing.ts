import type { Schemas } from '../../api/client'

/** How a municipality stands to a vendor, by the letter that the server sends. */
export const standings = ['F', 'A', 'O', 'H', 'E', 'D', 'M', 'X'] as const
export type Standing = (typeof standings)[number]

type Row = Schemas['MatrixRow']

export const standingAt = (row: Row, column: number): Standing | undefined => standings.find((s) => s === row.cells[column])

/** How many cells have each standing. */
export function count(rows: Row[]): Record<Standing, number> {
  const totals = Object.fromEntries(standings.map((s) => [s, 0])) as Record<Standing, number>
  for (const row of rows) {
    for (const letter of row.cells) {
      if (letter in totals) totals[letter as Standing]++
    }
  }
  return totals
}

/** Rows whose name or number holds what was typed, and that have the standing somewhere. */
export function fits(row: Row, typed: string, standing: Standing | undefined): boolean {
  const words = typed.trim().toLowerCase().split(/\s+/).filter(Boolean)
  const name = `${row.number} ${row.name}`.toLowerCase()
  return words.every((w) => name.includes(w)) && (standing === undefined || row.cells.includes(standing))
}
