import { expect, test } from 'vitest'
import { age } from './age'

const now = new Date('2026-11-26T10:00:00Z')

test.each([
  ['2026-11-26T08:00:00Z', 'today', 0],
  ['2026-11-25T22:59:00Z', 'days', 1], // before midnight in Denmark
  ['2026-11-25T23:01:00Z', 'today', 0], // after it
  ['2026-11-27T08:00:00Z', 'today', 0], // the clock of the browser is behind
  ['2026-11-14T10:00:00Z', 'days', 12],
  ['2026-09-28T10:00:00Z', 'days', 59],
  ['2026-09-27T10:00:00Z', 'months', 1],
  ['2025-11-26T10:00:00Z', 'months', 11],
  ['2024-11-26T10:00:00Z', 'years', 1],
  ['2023-11-20T10:00:00Z', 'years', 3],
] as const)('%s is %s %i', (since, unit, count) => {
  expect(age(since, now)).toMatchObject({ unit, count })
})
