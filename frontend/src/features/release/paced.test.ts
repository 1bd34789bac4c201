import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { paced } from './paced'

beforeEach(() => { vi.useFakeTimers() })
afterEach(() => { vi.useRealTimers() })

test('asking again and again does not put it off', () => {
  const run = vi.fn()
  const { soon } = paced(run, 1_000)
  for (let i = 0; i < 50; i++) {
    soon()
    vi.advanceTimersByTime(100)
  }
  expect(run.mock.calls.length, 'once a second for five seconds').toBeGreaterThanOrEqual(4)
  expect(run.mock.calls.length).toBeLessThanOrEqual(5)
})

test('the last time is followed by one more, and what is done at once is not done twice', () => {
  const run = vi.fn()
  const { soon, now, stop } = paced(run, 1_000)
  soon()
  vi.advanceTimersByTime(1_000)
  expect(run).toHaveBeenCalledTimes(1)
  soon()
  now()
  vi.advanceTimersByTime(5_000)
  expect(run).toHaveBeenCalledTimes(2)
  soon()
  stop()
  vi.advanceTimersByTime(5_000)
  expect(run).toHaveBeenCalledTimes(2)
})
