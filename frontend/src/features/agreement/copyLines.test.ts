import { expect, test } from 'vitest'
import type { Schemas } from '../../api/client'
import { copiedUnasked, copyGroups, rowChanges, type Line } from './copyLines'

const field = (path: string, group?: string): Schemas['Field'] => ({ path, type: 'text', label: path, required: false, local: false, ...(group !== undefined && { group }) })
const line = (path: string, fit: Line['fit'], group: string): Line => ({ field: field(path, group), fit, base: 0, seen: 1 })

const table: Schemas['Field'] = { ...field('list'), type: 'rows', columns: [field('name'), field('number'), field('purpose')] }

test('only what is missing is copied without asking', () => {
  expect(copiedUnasked([line('a', 'brings', 'x'), line('b', 'replaces', 'x'), line('c', 'same', 'x'), line('d', 'unfit', 'x')])).toEqual(['a'])
})

test('what is the same is set apart in its group, and a group that only the source has comes last', () => {
  const found = copyGroups([line('a', 'brings', 'x'), line('b', 'same', 'y'), line('c', 'replaces', 'x'), line('d', 'unfit', 'z')])
  expect(found.map((g) => [g.name, g.lines.map((x) => x.field.path), g.same.map((x) => x.field.path)])).toEqual([['x', ['a', 'c'], []], ['y', [], ['b']], ['z', ['d'], []]])
})

test('rows are told apart by the company they name, whatever their order', () => {
  const mine = [{ name: 'Nord A/S', purpose: 'Drift' }, { name: 'Syd', number: '12345674', purpose: 'Backup' }, { name: 'Øst', purpose: 'Print' }]
  const theirs = [{ name: 'Syd ApS', number: '12 34 56 74', purpose: 'Backup' }, { name: 'NORD', purpose: 'Support' }, { name: 'Øst', purpose: 'Print' }, { name: 'Vest', purpose: 'Drift' }]
  expect(rowChanges(table, mine, theirs).map((x) => [x.kind, x.mine?.name, x.theirs?.name])).toEqual([
    ['changed', 'Syd', 'Syd ApS'], ['changed', 'Nord A/S', 'NORD'], ['same', 'Øst', 'Øst'], ['added', undefined, 'Vest'],
  ])
  expect(rowChanges(table, mine, [{ name: 'Øst', purpose: 'Print' }]).map((x) => x.kind)).toEqual(['same', 'removed', 'removed'])
  expect(rowChanges(table, undefined, theirs).every((x) => x.kind === 'added')).toBe(true)
})
