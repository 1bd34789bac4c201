import { expect, test } from 'vitest'
import { listed, obstacles } from './obstacles'

const rule = (severity: 'error' | 'warning') => ({ code: severity, path: 'a', severity, when: { path: 'a', equals: 'x' }, says: { da: '', en: '' }, source: '' })
const clear = { broken: [], unset: [], unanswered: [], strayed: [], unamended: false, outdated: [], review: 'none' as const, reviewRequired: false }

test('errors of every kind are counted apart from what is not filled in; a warning stops nothing', () => {
  expect(obstacles({ ...clear, broken: [rule('error'), rule('warning')], unset: [{ path: 'b', label: 'B', characters: '🐻' }], unanswered: [{ path: 'c', label: 'C' }] })).toEqual({ errors: 2, fields: 1, systems: 0, clauses: 0, unamended: false, review: false })
  expect(obstacles(clear)).toEqual({ errors: 0, fields: 0, systems: 0, clauses: 0, unamended: false, review: false })
  expect(obstacles({ ...clear, outdated: [{ key: 's7-3', number: '7.3', heading: '', seen: 'x', moved: [] }] }).clauses).toBe(1)
})

test('an approval counts only where it is required and missing', () => {
  expect(obstacles({ ...clear, reviewRequired: true, review: 'void' }).review).toBe(true)
  expect(obstacles({ ...clear, reviewRequired: true, review: 'approved' }).review).toBe(false)
})

test('what there is to do reads as one sentence', () => {
  expect(listed(['ret 2 fejl', 'udfyld 1 felt'], 'da')).toBe('Ret 2 fejl og udfyld 1 felt')
  expect(listed(['fill in 1 field'], 'en')).toBe('Fill in 1 field')
})
