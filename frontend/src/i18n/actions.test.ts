import { expect, test } from 'vitest'
import { actions as danish } from './da/agreement'
import { actions as english } from './en/agreement'

const sources = import.meta.glob<string>(['../../../server/**/*.go', '!../../../server/**/*_test.go'], { query: '?raw', import: 'default', eager: true })
/** Acts on what has a history on its page. */
const onPages = /^(access_review|accession|agreement|batch|membership|organisation|own|person|position|source|subprocessor|task|template|territory|user|vendor)\./

test('what the server records on a page of its own has a word in its history', () => {
  const found = Object.values(sources).flatMap((text) => [...text.matchAll(/\.(?:Write|step|edit|change|act)\(\w+, scope, "([a-z_]+\.[a-z_]+)"/g)].map((m) => m[1] ?? ''))
  const acts = new Set(found.filter((act) => onPages.test(act)))
  expect(acts.size).toBeGreaterThan(40)
  expect([...acts].filter((act) => !(act in danish))).toEqual([])
  expect(Object.keys(danish).sort()).toEqual(Object.keys(english).sort())
})
