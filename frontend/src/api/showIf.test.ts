import { expect, test } from 'vitest'
import type { Schemas } from './client'
import { groups, guesses, inForce, isShown } from './showIf'

type Field = Schemas['Field']
const field = (path: string, more: Partial<Field> = {}): Field => ({ path, type: 'text', label: path, required: true, local: false, ...more })

const authorisation = field('authorisation', { type: 'choice', default: 'general' })
const notice = field('notice', { type: 'integer', showIf: { path: 'authorisation', equals: 'general' } })
const fields = new Map([authorisation, notice].map((f) => [f.path, f]))
const answered = (value: unknown) => new Map([['authorisation', { path: 'authorisation', version: 1, value }]])

test('the default is in force until somebody answers', () => {
  expect(inForce(authorisation, new Map())).toBe('general')
  expect(inForce(authorisation, answered('specific'))).toBe('specific')
  expect(inForce(authorisation, answered(null))).toBe('general')
})

test('a question is asked when its condition holds over what is in force', () => {
  expect(isShown(notice, fields, new Map())).toBe(true)
  expect(isShown(notice, fields, answered('specific'))).toBe(false)
  expect(isShown(field('x', { showIf: { path: 'gone', equals: 1 } }), fields, new Map())).toBe(false)
})

test('groups keep the order of the template', () => {
  const all = [field('a', { group: 'B' }), field('b', { group: 'A' }), field('c', { group: 'B' })]
  expect(groups(all).map(([name, of]) => [name, of.map((f) => f.path)])).toEqual([['B', ['a', 'c']], ['A', ['b']]])
})

test('an unconfirmed suggestion is a guess until somebody answers, and only when it is asked', () => {
  const guess = field('guess', { unconfirmed: true, default: 60 })
  const hidden = field('hidden', { unconfirmed: true, default: 1, showIf: { path: 'guess', equals: 0 } })
  const of = (answers: Schemas['Answer'][]) =>
    guesses({ fields: [guess, hidden, field('sure', { default: 1 }), field('bare', { unconfirmed: true })], answers } as unknown as Schemas['AgreementDetail']).map((x) => x.path)
  expect(of([])).toEqual(['guess'])
  expect(of([{ path: 'guess', version: 1, value: 60 }])).toEqual([])
  expect(of([{ path: 'guess', version: 1, value: 0 }])).toEqual(['hidden'])
})
