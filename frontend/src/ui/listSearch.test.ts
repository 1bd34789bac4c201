import { expect, test } from 'vitest'
import { given, listSearch, nextSort, oneOf, sortDirection, text, whole } from './listSearch'

const sorts = ['name', '-name'] as const

test('an address somebody typed is kept only where it makes sense', () => {
  expect(given(listSearch({ q: ' ', sort: 'DROP', pages: '-3' }, sorts))).toEqual({})
  expect(given(listSearch({ q: 'data', sort: '-name', pages: 3 }, sorts))).toEqual({ q: 'data', sort: '-name', pages: 3 })
  expect(given(listSearch({ q: 29189846 }, sorts))).toEqual({ q: '29189846' }) // the router reads digits as a number
  expect(listSearch({ pages: 9999 }, sorts).pages).toBe(100)
  expect(listSearch({ pages: 1 }, sorts).pages).toBeUndefined()
})

test('parts of it', () => {
  expect(text('x'.repeat(300))).toHaveLength(200)
  expect(text(undefined)).toBeUndefined()
  expect(whole('12')).toBe(12)
  expect(whole(1.5)).toBeUndefined()
  expect(oneOf('b', ['a', 'b'])).toBe('b')
  expect(oneOf('c', ['a', 'b'])).toBeUndefined()
})

test('a heading turns the order around', () => {
  expect(nextSort('name', 'name')).toBe('-name')
  expect(nextSort('-name', 'name')).toBe('name')
  expect(nextSort('number', 'name')).toBe('name')
  expect(sortDirection('-name', 'name')).toBe('descending')
  expect(sortDirection('name', 'name')).toBe('ascending')
  expect(sortDirection('number', 'name')).toBe('none')
})
