import { expect, test } from 'vitest'
import { picked } from './selection'

const keys = [11, 12, 13, 14, 15]
const sorted = (set: ReadonlySet<number>) => [...set].sort((a, b) => a - b)

test('a click chooses one row and leaves the others', () => {
  expect(sorted(picked(new Set([11]), keys, 2))).toEqual([11, 13])
  expect(sorted(picked(new Set([11, 13]), keys, 2))).toEqual([11])
})

test('with Shift all rows between become what the last one becomes', () => {
  expect(sorted(picked(new Set([12]), keys, 3, 1))).toEqual([12, 13, 14])
  expect(sorted(picked(new Set([14]), keys, 1, 3))).toEqual([12, 13, 14])
  expect(sorted(picked(new Set(keys), keys, 3, 1))).toEqual([11, 15])
})

test('what is chosen outside the page stays', () => {
  expect(sorted(picked(new Set([99]), keys, 0))).toEqual([11, 99])
})
