import { describe, expect, test } from 'vitest'
import { cellValue, layOut, parseBlock, readState, readValue } from './cells'
import type { Usage } from './queries'

const words = { joint: ['Fælles aftale', 'Joint agreement'], own: ['Egen aftale', 'Own agreement'], kl_kombit: ['KL/KOMBIT', 'KL/KOMBIT'], not_needed: ['Ikke nødvendig', 'Not needed'], missing: ['Mangler', 'Missing'] }
const people = [{ id: 7, name: 'Ane Ågård' }, { id: 8, name: 'Bo Bæk' }, { id: 9, name: 'Bo Bæk' }]
const usage = (id: number): Usage => ({
  id, organisation: { id: 1, name: 'Viborg' }, system: { number: id, name: `System ${id}` }, vendor: { number: 1, name: 'V' }, agreement: 'missing',
  from: '2024-01-02', source: 'manual', localName: '', localOwner: '', caseNumber: '', version: 1,
})

describe('a block from a spreadsheet', () => {
  test.each([
    ['one cell', 'a', [['a']]],
    ['rows and columns', 'a\tb\r\nc\td\r\n', [['a', 'b'], ['c', 'd']]],
    ['an empty cell between', 'a\t\tb', [['a', '', 'b']]],
    ['a quoted cell with a line break and a tab', '"a\nb\tc"\td', [['a\nb\tc', 'd']]],
    ['doubled quotes', '"han sagde ""ja"""', [['han sagde "ja"']]],
    ['a quote that is only text', '5" skærm\tx', [['5" skærm', 'x']]],
    ['a quote that never ends', '"åben\tx', [['"åben', 'x']]],
  ])('%s', (_, text, want) => expect(parseBlock(text)).toEqual(want))

  test('is laid out from the cell, and nothing falls beside unseen', () => {
    const out = layOut([['x', 'y', 'z'], ['q'], ['over']], [usage(1), usage(2)], 0, [undefined, 'caseNumber', 'localName'], 1, cellValue, (_, text) => text)
    expect(out.changes.map((c) => `${c.usage} ${c.field} ${c.value}`)).toEqual(['1 caseNumber x', '1 localName y', '2 caseNumber q'])
    expect(out).toMatchObject({ readOnly: 1, below: 1 })
  })
})

describe('what a person writes', () => {
  test.each([['Egen aftale', 'own'], ['egen', 'own'], ['NOT NEEDED', 'not_needed'], ['kl/kombit', 'kl_kombit'], ['Fælles DBA-0012 v2', 'joint'], ['e', undefined], ['måske', undefined], ['', undefined]])('%s is %s', (text, want) => expect(readState(text, words)).toBe(want))
  test.each([
    ['responsible', 'ane ågård', '7'], ['responsible', 'Bo Bæk', 'Bo Bæk'], ['owner', 'Ukendt', 'Ukendt'], ['owner', ' ', ''],
    ['to', '31/12/2026', '2026-12-31'], ['to', 'i morgen', 'i morgen'], ['persons', ' 1.200 ', '1.200'], ['agreement', 'nej', 'nej'],
  ] as const)('%s: %s', (field, text, want) => expect(readValue(field, text, people, words)).toBe(want))
})
