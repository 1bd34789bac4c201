import type { Schemas } from '../../api/client'
import { groups } from '../../api/showIf'
import { aboutOne } from '../../ui/answer/intake'
import { textRows, type TextRow } from '../../ui/answer/rows'

type Field = Schemas['Field']
export type Line = Schemas['CopyLine']

/** A group of questions and what would come of it. */
export interface CopyGroup {
  name: string
  /** Those that a person looks at: what comes, what would be replaced, and what does not fit. */
  lines: Line[]
  /** Those that say the same already. */
  same: Line[]
}

export const mayCopy = (x: Line): boolean => x.fit === 'brings' || x.fit === 'replaces'

/** What is copied without asking: it overwrites nothing. */
export const copiedUnasked = (lines: Line[]): string[] => lines.filter((x) => x.fit === 'brings').map((x) => x.field.path)

/** The lines group by group, in the order of the form. */
export function copyGroups(lines: Line[]): CopyGroup[] {
  const of = new Map(lines.map((x) => [x.field.path, x]))
  return groups(lines.map((x) => x.field)).map(([name, fields]) => {
    const all = fields.flatMap((x) => of.get(x.path) ?? [])
    return { name, lines: all.filter((x) => x.fit !== 'same'), same: all.filter((x) => x.fit === 'same') }
  })
}

export interface RowChange {
  kind: 'added' | 'changed' | 'removed' | 'same'
  /** As it stands here; of one that comes, nothing. */
  mine?: TextRow
  theirs?: TextRow
}

/** What becomes of a table's rows when another takes its place: first in the order of what comes, then what goes. */
export function rowChanges(field: Field, mine: unknown, theirs: unknown): RowChange[] {
  const columns = field.columns ?? []
  const left = textRows(field, mine)
  const changes = textRows(field, theirs).map((row): RowChange => {
    const at = left.findIndex((old) => aboutOne(columns, old, row))
    const old = at < 0 ? undefined : left.splice(at, 1)[0]
    if (!old) return { kind: 'added', theirs: row }
    return { kind: columns.every((c) => old[c.path] === row[c.path]) ? 'same' : 'changed', mine: old, theirs: row }
  })
  return [...changes, ...left.map((row): RowChange => ({ kind: 'removed', mine: row }))]
}
