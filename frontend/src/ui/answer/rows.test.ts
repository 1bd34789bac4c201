import { expect, test } from 'vitest'
import type { Schemas } from '../../api/client'
import { pasted, rowFaults, rowsValue, textRows } from './rows'
import { same } from './saver'

const columns: Schemas['Field'][] = [
  { path: 'name', type: 'text', label: 'Navn', required: true, local: false },
  { path: 'days', type: 'integer', label: 'Dage', required: false, local: false },
]

const isCountry = (code: string) => code === 'DK'

test('rows are read, the empty ones left out', () => {
  expect(rowsValue(columns, [{ name: ' Nord ', days: '90' }, { name: '', days: '' }])).toEqual([{ name: 'Nord', days: 90 }])
  expect(rowsValue(columns, [{ name: 'Nord', days: '12.500' }])).toEqual([{ name: 'Nord', days: 12500 }])
  expect(rowsValue(columns, [{ name: '', days: '' }])).toBeNull()
  expect(rowFaults(columns, [{ name: 'Nord', days: '' }, { name: '', days: '' }], isCountry)).toEqual([])
})

test('everything that is missing or no number is told with its row', () => {
  expect(rowFaults(columns, [{ name: 'Nord' }, { days: '9' }, { name: 'Nord', days: 'ni' }], isCountry)).toEqual([
    { wrong: 'required', row: 1, column: 'Navn', path: 'name' }, { wrong: 'integer', row: 2, column: 'Dage', path: 'days' }])
})

test('a cell that is too long, or a country that is none, is told with its row', () => {
  const more: Schemas['Field'][] = [{ path: 'name', type: 'text', label: 'Navn', required: true, local: false, maxLength: 3 }, { path: 'country', type: 'country', label: 'Land', required: false, local: false }]
  expect(rowFaults(more, [{ name: 'æøå' }, { name: 'Nordæ' }], isCountry)).toEqual([{ wrong: 'tooLong', row: 1, column: 'Navn', path: 'name', over: 2 }])
  expect(rowFaults(more, [{ name: 'Syd', country: 'Danmark' }], isCountry)).toEqual([{ wrong: 'country', row: 0, column: 'Land', path: 'country' }])
  expect(rowFaults(more, [{ name: 'Syd', country: 'DK' }], isCountry)).toEqual([])
  expect(rowFaults(columns, [{ name: 'x'.repeat(401) }], isCountry)).toEqual([{ wrong: 'tooLong', row: 0, column: 'Navn', path: 'name', over: 1 }])
})

test('a block from a sheet fills from one cell on and adds rows', () => {
  const read = (_: Schemas['Field'], cell: string) => cell
  expect(pasted(columns, [{ name: 'Før', days: '1' }], 0, 0, [['Nord', '90'], ['Syd', '60', 'extra']], read)).toEqual([{ name: 'Nord', days: '90' }, { name: 'Syd', days: '60' }])
  expect(pasted(columns, [{ name: 'Nord', days: '' }], 0, 1, [['90'], ['60']], read)).toEqual([{ name: 'Nord', days: '90' }, { name: '', days: '60' }])
})

test('an answer comes back as text and is the same whatever the order of its cells', () => {
  expect(textRows({ path: 'longer', type: 'rows', label: 'Varsler', required: false, local: false, columns }, [{ days: 90, name: 'Nord' }])).toEqual([{ name: 'Nord', days: '90' }])
  expect(same([{ name: 'Nord', days: 90 }], [{ days: 90, name: 'Nord' }])).toBe(true)
  expect(same([], null)).toBe(true)
  expect(same(['a'], ['b'])).toBe(false)
})
