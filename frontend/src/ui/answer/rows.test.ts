import { expect, test } from 'vitest'
import type { Schemas } from '../../api/client'
import { pasted, readRows as read, textRows, type TextRow } from './rows'
import { same } from './saver'

const columns: Schemas['Field'][] = [
  { path: 'name', type: 'text', label: 'Navn', required: true, local: false },
  { path: 'days', type: 'integer', label: 'Dage', required: false, local: false },
]

const isCountry = (code: string) => code === 'DK'
const readRows = (of: Schemas['Field'][], rows: TextRow[]) => read(of, rows, isCountry)

test('rows are read, the empty ones left out', () => {
  expect(readRows(columns, [{ name: ' Nord ', days: '90' }, { name: '', days: '' }])).toEqual({ value: [{ name: 'Nord', days: 90 }] })
  expect(readRows(columns, [{ name: '', days: '' }])).toEqual({ value: null })
})

test('what is missing or no number is told with its row', () => {
  expect(readRows(columns, [{ name: 'Nord' }, { days: '9' }])).toEqual({ wrong: 'required', row: 1, column: 'Navn' })
  expect(readRows(columns, [{ name: 'Nord', days: 'ni' }])).toEqual({ wrong: 'integer', row: 0, column: 'Dage' })
})

test('a cell that is too long, or a country that is none, is told with its row', () => {
  const more: Schemas['Field'][] = [{ path: 'name', type: 'text', label: 'Navn', required: true, local: false, maxLength: 3 }, { path: 'country', type: 'country', label: 'Land', required: false, local: false }]
  expect(readRows(more, [{ name: 'æøå' }, { name: 'Nordæ' }])).toEqual({ wrong: 'tooLong', row: 1, column: 'Navn', over: 2 })
  expect(readRows(more, [{ name: 'Syd', country: 'Danmark' }])).toEqual({ wrong: 'country', row: 0, column: 'Land' })
  expect(readRows(more, [{ name: 'Syd', country: 'DK' }])).toEqual({ value: [{ name: 'Syd', country: 'DK' }] })
  expect(readRows(columns, [{ name: 'x'.repeat(401) }])).toEqual({ wrong: 'tooLong', row: 0, column: 'Navn', over: 1 })
})

test('a block from a sheet fills from one cell on and adds rows', () => {
  expect(pasted(columns, [{ name: 'Før', days: '1' }], 0, 0, 'Nord\t90\r\nSyd\t60\textra\r\n')).toEqual([{ name: 'Nord', days: '90' }, { name: 'Syd', days: '60' }])
  expect(pasted(columns, [{ name: 'Nord', days: '' }], 0, 1, '90\n60')).toEqual([{ name: 'Nord', days: '90' }, { name: '', days: '60' }])
})

test('an answer comes back as text and is the same whatever the order of its cells', () => {
  expect(textRows({ path: 'longer', type: 'rows', label: 'Varsler', required: false, local: false, columns }, [{ days: 90, name: 'Nord' }])).toEqual([{ name: 'Nord', days: '90' }])
  expect(same([{ name: 'Nord', days: 90 }], [{ days: 90, name: 'Nord' }])).toBe(true)
  expect(same([], null)).toBe(true)
  expect(same(['a'], ['b'])).toBe(false)
})
