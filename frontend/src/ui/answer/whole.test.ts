import { expect, test } from 'vitest'
import { printWhole, readWhole } from './whole'

test('a whole number is read as people write it', () => {
  for (const [written, n] of [['12500', 12500], ['12.500', 12500], [' 12 500 ', 12500], ['1\u00a0234\u00a0567', 1234567], ['10.000.000', 10000000], ['-3', -3], ['0', 0], ['2026', 2026]] as const) {
    expect(readWhole(written, 'da'), written).toBe(n)
  }
  expect(readWhole('12,500', 'en')).toBe(12500)
  expect(readWhole('12.500', 'en'), 'a Danish number on an English page').toBe(12500)
})

test('what is no whole number is not guessed at', () => {
  for (const written of ['', 'abc', '12,5', '12,500', '1.25', '12.5000', '1.234 567', '1234.567', '12..500', '1.000.000.000', '- 3']) expect(readWhole(written, 'da'), written).toBeUndefined()
})

test('a whole number is shown with marks from five figures on', () => {
  expect(printWhole(2026, 'da')).toBe('2026')
  expect(printWhole(12500, 'da')).toBe('12.500')
  expect(printWhole(10_000_000, 'en')).toBe('10,000,000')
})
