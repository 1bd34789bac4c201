import type { Condition, Field } from './blocks'

/** How a person compares: the field holds the value or not, is above or below it, or is filled in or not. */
export type Comparison = 'is' | 'isNot' | 'above' | 'below' | 'set' | 'empty'

export interface Part {
  path: string
  how: Comparison
  value: string
}

/** Some comparisons that must all hold, or one of which must. */
export interface Written {
  join: 'all' | 'any'
  parts: Part[]
}

/** The comparisons that make sense of a field. */
export function comparisons(field: Field | undefined): Comparison[] {
  if (field?.type === 'choice' || field?.type === 'choices' || field?.type === 'yes_no') return ['is', 'isNot', 'set', 'empty']
  if (field?.type === 'integer') return ['above', 'below', 'is', 'isNot', 'set', 'empty']
  if (field?.type === 'rows') return ['set', 'empty', 'above', 'below']
  return ['set', 'empty']
}

const valueOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value ?? ''))

function partOf(c: Condition): Part | undefined {
  if (c.not) {
    const inner = partOf(c.not)
    if (inner?.how === 'is') return { ...inner, how: 'isNot' }
    if (inner?.how === 'set') return { ...inner, how: 'empty' }
    return undefined
  }
  if (!c.path || c.all?.length || c.any?.length || (c.in?.length ?? 0) > 1) return undefined
  if (c.set !== undefined) return { path: c.path, how: c.set ? 'set' : 'empty', value: '' }
  if (c.above !== undefined) return { path: c.path, how: 'above', value: String(c.above) }
  if (c.below !== undefined) return { path: c.path, how: 'below', value: String(c.below) }
  return { path: c.path, how: 'is', value: valueOf(c.in?.length === 1 ? c.in[0] : c.equals) }
}

/** A condition as comparisons in a row, or nothing when it is deeper than that. */
export function toWritten(c: Condition | undefined): Written | undefined {
  if (!c) return { join: 'all', parts: [] }
  const group = c.all?.length ? c.all : c.any?.length ? c.any : [c]
  const parts = group.map(partOf)
  return parts.includes(undefined) ? undefined : { join: c.any?.length ? 'any' : 'all', parts: parts.filter((p) => p !== undefined) }
}

const whole = /^-?\d{1,9}$/

/** What a part lacks to be sent. */
export function lacks(part: Part): boolean {
  if (part.path === '') return true
  return (part.how === 'above' || part.how === 'below') ? !whole.test(part.value.trim()) : (part.how === 'is' || part.how === 'isNot') && part.value.trim() === ''
}

function conditionOf(part: Part, field: Field | undefined): Condition {
  const { path, value } = part
  const typed: unknown = field?.type === 'integer' ? Number(value) : field?.type === 'yes_no' ? value === 'true' : value
  switch (part.how) {
    case 'is': return { path, equals: typed }
    case 'isNot': return { not: { path, equals: typed } }
    case 'above': return { path, above: Number(value) }
    case 'below': return { path, below: Number(value) }
    case 'set': return { path, set: true }
    default: return { path, set: false }
  }
}

/** The condition that the comparisons make; none when there are none. */
export function fromWritten(w: Written, fields: readonly Field[]): Condition | undefined {
  const all = w.parts.filter((p) => !lacks(p)).map((p) => conditionOf(p, fields.find((f) => f.path === p.path)))
  if (all.length < 2) return all[0]
  return w.join === 'any' ? { any: all } : { all }
}
