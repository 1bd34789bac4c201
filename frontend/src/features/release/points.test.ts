import { expect, test } from 'vitest'
import { course, thin } from './points'
import type { Batch, BatchItem } from './queries'
import { pace } from './useProgress'

const batch: Batch = { id: 1, kind: 'release', subject: 1, title: 'A', state: 'running', total: 98, done: 49, failed: 0, started: '2026-11-23T10:00:00Z' }
const item = (id: number, seconds?: number): BatchItem => ({
  organisation: { id, name: `K${id}` },
  state: seconds === undefined ? 'pending' : 'done',
  ...(seconds !== undefined && { at: new Date(Date.parse(batch.started) + seconds * 1000).toISOString() }),
})

test('the course counts what is done, in the order it was done', () => {
  expect(course(batch, [item(1, 4), item(2), item(3, 1.5)])).toEqual([{ seconds: 0, done: 0 }, { seconds: 1.5, done: 1 }, { seconds: 4, done: 2 }])
})

test('the table keeps the first and the last point', () => {
  const points = Array.from({ length: 99 }, (_, i) => ({ seconds: i, done: i }))
  const few = thin(points, 12)
  expect(few).toHaveLength(12)
  expect([few.at(0)?.done, few.at(-1)?.done]).toEqual([0, 98])
  expect(thin(points.slice(0, 3), 12)).toHaveLength(3)
})

test('pace is known once something is done', () => {
  const start = Date.parse(batch.started)
  expect(pace(batch, start + 7_000)).toEqual({ rate: 7, left: 7 })
  expect(pace({ ...batch, done: 0 }, start + 7_000)).toBeUndefined()
  expect(pace(batch, start)).toBeUndefined()
})
