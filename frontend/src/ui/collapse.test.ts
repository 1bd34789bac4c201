import { expect, test } from 'vitest'
import { collapse } from './collapse'

const entry = (action: string, who: string, at: string) => ({ action, who, at })

test('the same act by the same person is one line; another act in between begins a new one', () => {
  const lines = collapse([entry('answer', 'A', '5'), entry('answer', 'A', '4'), entry('answer', 'B', '3'), entry('create', 'A', '2'), entry('answer', 'A', '1')])
  expect(lines.map((l) => [l.entry.at, l.times])).toEqual([['5', 2], ['3', 1], ['2', 1], ['1', 1]])
  expect(collapse([])).toEqual([])
})

test('one act that left several rows happened once', () => {
  const lines = collapse([entry('release', 'A', '4'), entry('release', 'A', '4'), entry('release', 'A', '2'), entry('release', 'A', '2')])
  expect(lines.map((l) => [l.entry.at, l.times])).toEqual([['4', 2]])
  expect(collapse([entry('release', 'A', '4'), entry('release', 'A', '4')])[0]?.times).toBe(1)
})
