import { expect, test } from 'vitest'
import type { Schemas } from './client'
import { groups, guesses, holds, inForce, isAsked, speaking, valuesOf } from './showIf'

type Field = Schemas['Field']
const field = (path: string, more: Partial<Field> = {}): Field => ({ path, type: 'text', label: path, required: true, local: false, ...more })

const authorisation = field('authorisation', { type: 'choice', default: 'general' })
const notice = field('notice', { type: 'integer', showIf: { path: 'authorisation', equals: 'general' } })
const detail = (answers: Schemas['Answer'][], more: object = {}) => ({ fields: [authorisation, notice], answers, derived: [], rules: [], ...more })
const answered = (value: unknown) => new Map([['authorisation', { path: 'authorisation', version: 1, value }]])

test('the default is in force until somebody answers', () => {
  expect(inForce(authorisation, new Map())).toBe('general')
  expect(inForce(authorisation, answered('specific'))).toBe('specific')
  expect(inForce(authorisation, answered(null))).toBe('general')
})

test('a question is asked when its condition holds over what is in force', () => {
  const values = (...answers: Schemas['Answer'][]) => valuesOf(detail(answers))
  expect(isAsked(notice, values())).toBe(true)
  expect(isAsked(notice, values({ path: 'authorisation', version: 1, value: 'specific' }))).toBe(false)
  expect(isAsked(field('x', { showIf: { path: 'gone', equals: 1 } }), values())).toBe(false)
  expect(isAsked(field('own', { local: true }), values())).toBe(false)
  expect(isAsked(field('reckoned', { derived: true }), values())).toBe(false)
})

test('conditions hold as on the server', () => {
  const values = new Map<string, unknown>([['kind', 'general'], ['hours', 24], ['rows', [{}, {}]], ['some', ['cpr']], ['open', undefined]])
  const kind = { path: 'kind', equals: 'general' }
  const late = { path: 'hours', above: 24 }
  expect(holds(undefined, values)).toBe(true)
  expect(holds(kind, values)).toBe(true)
  expect(holds({ path: 'kind', in: ['specific', 'general'] }, values)).toBe(true)
  expect(holds(late, values)).toBe(false)
  expect(holds({ path: 'hours', below: 25 }, values)).toBe(true)
  expect(holds({ path: 'rows', above: 1 }, values)).toBe(true)
  expect(holds({ path: 'kind', set: true }, values)).toBe(true)
  expect(holds({ path: 'open', set: false }, values)).toBe(true)
  expect(holds({ path: 'some', equals: 'cpr' }, values)).toBe(true)
  expect(holds({ all: [kind, late] }, values)).toBe(false)
  expect(holds({ any: [late, kind] }, values)).toBe(true)
  expect(holds({ not: late }, values)).toBe(true)
  expect(holds({ path: 'gone', set: false }, values)).toBe(false)
})

test('a rule speaks over answers and what the register knows, and only beside a question that is asked', () => {
  const rule = (path: string, when: Schemas['Condition']): Schemas['Rule'] => ({ code: path, path, severity: 'error', when, says: { da: '', en: '' }, source: '' })
  const outside = field('outside', { derived: true })
  const of = (answers: Schemas['Answer'][], count: number) => {
    const d = detail(answers, { fields: [authorisation, notice, outside], derived: [{ path: 'outside', value: count }],
      rules: [rule('authorisation', { path: 'outside', above: 0 }), rule('notice', { path: 'outside', above: 1 })] })
    return speaking(d, valuesOf(d)).map((r) => r.path)
  }
  expect(of([], 0)).toEqual([])
  expect(of([], 1)).toEqual(['authorisation'])
  expect(of([], 2)).toEqual(['authorisation', 'notice'])
  expect(of([{ path: 'authorisation', version: 1, value: 'specific' }], 2)).toEqual(['authorisation'])
})

test('groups keep the order of the template', () => {
  const all = [field('a', { group: 'B' }), field('b', { group: 'A' }), field('c', { group: 'B' })]
  expect(groups(all).map(([name, of]) => [name, of.map((f) => f.path)])).toEqual([['B', ['a', 'c']], ['A', ['b']]])
})

test('an unconfirmed suggestion is a guess until somebody answers, and only when it is asked', () => {
  const guess = field('guess', { unconfirmed: true, default: 60 })
  const hidden = field('hidden', { unconfirmed: true, default: 1, showIf: { path: 'guess', equals: 0 } })
  const of = (answers: Schemas['Answer'][]) =>
    guesses(detail(answers, { fields: [guess, hidden, field('sure', { default: 1 }), field('bare', { unconfirmed: true })] })).map((x) => x.path)
  expect(of([])).toEqual(['guess'])
  expect(of([{ path: 'guess', version: 1, value: 60 }])).toEqual([])
  expect(of([{ path: 'guess', version: 1, value: 0 }])).toEqual(['hidden'])
})
