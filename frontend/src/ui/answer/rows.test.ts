import { expect, test } from 'vitest'
import type { Schemas } from '../../api/client'
import { pasted, readRows, textRows } from './rows'
import { same } from './saver'

const columns: Schemas['Field'][] = [
  { path: 'name', type: 'text', label: 'Navn', required: true, local: false },
  { path: 'days', type: 'integer', label: 'Dage', required: false, local: false },
]

test('rows are read, the empty ones left out', () => {
  expect(readRows(columns, [{ name: ' Nord ', days: '90' }, { name: '', days: '' }])).toEqual({ value: [{ name: 'Nord', days: 90 }] })
  expect(readRows(columns, [{ name: '', days: '' }])).toEqual({ value: null })
})

test('what is missing or no number is told with its row', () => {
  expect(readRows(columns, [{ name: 'Nord' }, { days: '9' }])).toEqual({ wrong: 'required', row: 1, column: 'Navn' })
  expect(readRows(columns, [{ name: 'Nord', days: 'ni' }])).toEqual({ wrong: 'integer', row: 0, column: 'Dage' })
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
