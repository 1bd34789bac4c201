import { describe, expect, it } from 'vitest'
import type { Condition, Field } from './blocks'
import { comparisons, fromWritten, lacks, toWritten } from './conditions'

const fields: Field[] = [
  { path: 'a', type: 'choice', label: 'A', required: true, local: false, choices: [{ value: 'x', label: 'X' }, { value: 'y', label: 'Y' }] },
  { path: 'n', type: 'integer', label: 'N', required: true, local: false },
  { path: 'yes', type: 'yes_no', label: 'Ja', required: true, local: false },
  { path: 'r', type: 'rows', label: 'R', required: true, local: false },
]
const there = (c: Condition) => {
  const w = toWritten(c)
  return w && fromWritten(w, fields)
}

describe('conditions', () => {
  it.each<Condition>([
    { path: 'a', equals: 'x' }, { not: { path: 'a', equals: 'y' } }, { path: 'n', above: 24 }, { path: 'n', below: 60 }, { path: 'n', equals: 5 }, { path: 'yes', equals: true },
    { path: 'r', set: true }, { path: 'r', set: false }, { all: [{ path: 'a', equals: 'x' }, { path: 'n', above: 0 }] }, { any: [{ path: 'a', equals: 'x' }, { path: 'r', set: true }] },
  ])('is the same after it was written: %j', (c) => expect(there(c)).toEqual(c))

  it('takes one of one as that one', () => expect(there({ path: 'a', in: ['x'] })).toEqual({ path: 'a', equals: 'x' }))
  it('does not touch what is deeper', () => {
    expect(toWritten({ all: [{ any: [{ path: 'a', equals: 'x' }] }] })).toBeUndefined()
    expect(toWritten({ path: 'a', in: ['x', 'y'] })).toBeUndefined()
  })
  it('leaves out what is not finished', () => expect(fromWritten({ join: 'all', parts: [{ path: 'a', how: 'is', value: '' }, { path: 'n', how: 'above', value: 'to' }] }, fields)).toBeUndefined())
  it('says what is missing', () => {
    expect(lacks({ path: '', how: 'set', value: '' })).toBe(true)
    expect(lacks({ path: 'n', how: 'above', value: '3' })).toBe(false)
  })
  it('compares as the field can be', () => {
    expect(comparisons(fields[3])).toContain('empty')
    expect(comparisons(fields[0])).not.toContain('above')
  })
})
