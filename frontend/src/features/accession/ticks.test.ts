import { expect, test } from 'vitest'
import { ticked } from './ticks'

test('a tick adds or takes off, but never the last one', () => {
  expect(ticked([1, 2, 3], [3], 1, true)).toEqual([1, 3])
  expect(ticked([1, 2, 3], [1, 3], 3, false)).toEqual([1])
  expect(ticked([1, 2, 3], [1], 1, false)).toBeUndefined()
  expect(ticked([1, 2], [1, 9], 2, true), 'one that is not offered any more').toEqual([1, 2])
})
