import { describe, expect, test } from 'vitest'
import { formState, nextMissing } from './formState'

const field = (path: string, group: string, more = {}) => ({ path, group, label: path, type: 'text' as const, required: true, local: false, ...more })
const detail = (answers: Record<string, unknown>) => ({
  fields: [
    field('a', 'One'),
    field('b', 'Two', { default: 'as usual' }),
    field('c', 'One', { showIf: { path: 'a', equals: 'yes' } }),
    field('d', 'Two'),
    field('place', 'Two', { local: true }),
  ],
  answers: Object.entries(answers).map(([path, value]) => ({ path, value, version: 1 })),
  derived: [],
  rules: [{ code: 'r', path: 'a', severity: 'error' as const, when: { path: 'a', equals: 'no' }, says: { da: 'nej', en: 'no' }, source: 's' }],
})

describe('how a draft stands', () => {
  test('tells per group what is answered and what is missing; a suggestion counts as an answer', () => {
    const state = formState(detail({}))
    expect(state.groups.map((g) => [g.name, g.answered, g.fields.length, g.missing.map((x) => x.path)])).toEqual([['One', 0, 1, ['a']], ['Two', 1, 2, ['d']]])
    expect([state.answered, state.asked.length]).toEqual([1, 3])
  })
  test('keeps an answer that a condition hides, as not used', () => {
    const state = formState(detail({ a: 'no', c: 'kept' }))
    expect(state.groups[0]?.unused.map((x) => x.path)).toEqual(['c'])
    expect(state.groups[0]?.errors).toBe(1)
    expect(formState(detail({ a: 'yes', c: 'kept' })).groups[0]?.unused).toEqual([])
    expect(formState(detail({ a: 'no', c: null })).groups[0]?.unused, 'taken out').toEqual([])
  })
  test('counts a field whose text is not saved as an error of its group', () => {
    const state = formState(detail({ a: 'yes', d: 'x' }), new Map([['d', 'no number']]))
    expect(state.groups.map((g) => g.errors)).toEqual([0, 1])
    expect(state.refused.map((x) => x.path)).toEqual(['d'])
    expect(formState(detail({ a: 'no' }), new Map([['c', 'hidden by its condition']])).refused).toEqual([])
  })
  test('is not done with a group that may be left out before something in it is answered', () => {
    const open = detail({ a: 'yes', c: 'x', d: 'y' })
    const fields = [...open.fields, field('e', 'Three', { required: false }), field('f', 'Three', { required: false })]
    const stages = (more: typeof open) => formState({ ...more, fields }).groups.map((g) => g.stage)
    expect(stages(open)).toEqual(['done', 'done', 'empty'])
    expect(stages(detail({ a: 'yes', e: 'z' }))).toEqual(['missing', 'missing', 'done'])
    expect(stages(detail({ a: 'no', d: 'y' })), 'a rule speaks').toEqual(['wrong', 'done', 'empty'])
  })
  test('leads from one missing question to the next, and from the last to the first', () => {
    const state = formState(detail({}))
    expect(nextMissing(state, undefined)?.path).toBe('a')
    expect(nextMissing(state, 'a')?.path).toBe('d')
    expect(nextMissing(state, 'd')?.path).toBe('a')
    expect(nextMissing(formState(detail({ a: 'x', d: 'y' })), 'a')).toBeUndefined()
  })
})
