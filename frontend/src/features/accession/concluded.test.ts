import { expect, test } from 'vitest'
import type { Schemas } from '../../api/client'
import { concluded, offering, paperLine } from './concluded'

const steps = (...states: Schemas['AccessionState'][]) => states.map((state) => ({ state, on: '2026-11-23', capacity: 'member' as const, at: '2026-11-23T10:00:00Z' }))

test('a final paper is promised only for what was concluded', () => {
  const line = (...states: Schemas['AccessionState'][]) => paperLine({ current: false, editable: false, steps: steps(...states) })
  expect(line('offered', 'accepted')).toBe('making')
  expect(line('offered', 'accepted', 'in_force', 'terminated')).toBe('making')
  expect(line('offered', 'declined')).toBe('noFinal')
  expect(line('offered', 'superseded'), 'a newer version came before anyone decided').toBe('noFinal')
  expect(paperLine({ current: false, editable: true, steps: steps('offered') })).toBe('notCurrent')
  expect(paperLine({ current: true, editable: false, steps: steps('offered', 'declined') })).toBeUndefined()
})

test('what was taken back is not concluded', () => {
  expect(concluded({ steps: steps('offered', 'accepted', 'offered', 'declined') })).toBe(false)
  expect(concluded({ steps: steps('offered', 'declined', 'offered', 'accepted') })).toBe(true)
  expect(concluded({ steps: [] })).toBe(false)
})

test('an agreement is released once, and opened again after that', () => {
  const course = steps('offered', 'declined', 'offered')
  expect(course.map((_, i) => offering(course, i))).toEqual(['released', undefined, 'reopened'])
})
