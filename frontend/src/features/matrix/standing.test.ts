import { expect, test } from 'vitest'
import { count, fits, standingAt } from './standing'

const rows = [
  { number: 1001, name: 'Nord A/S', cells: 'FM.' },
  { number: 1002, name: 'Ærø Data', cells: '..E' },
]

test('standings are counted and found', () => {
  expect(count(rows)).toMatchObject({ F: 1, M: 1, E: 1, O: 0 })
  expect(rows.filter((r) => fits(r, 'ærø', undefined)).map((r) => r.number)).toEqual([1002])
  expect(rows.filter((r) => fits(r, '', 'M')).map((r) => r.number)).toEqual([1001])
  expect(rows.filter((r) => fits(r, '1002 data', undefined))).toHaveLength(1)
  expect(count(rows.filter((r) => fits(r, 'ærø', undefined))), 'of what is found').toMatchObject({ F: 0, E: 1 })
  expect(rows.map((r) => standingAt(r, 2))).toEqual([undefined, 'E'])
})
