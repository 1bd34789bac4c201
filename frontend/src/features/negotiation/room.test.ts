import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Change, Clause, Round } from './queries'
import { addressOf, aside, besides, byKey, counts, groupOf, grouped, headingOf, keyOf, marks, needs, nextChange, othersOf, over, reads, seenSince, settled, signs, trivial, walk, withChanges } from './room'

const change = (no: number, over: Partial<Change> = {}): Change => ({ no, clauseKey: 'k', kind: 'wording', before: 'a', after: 'b', touched: false, trivial: false, tracked: true, wording: '', whole: false, reason: '', version: 1, ...over })
const clause = (key: string, over: Partial<Clause> = {}): Clause => ({ key, part: 'clause', number: '1', heading: '', place: 1, before: '', after: '', touched: false, redline: [], findings: [], changes: [], ...over })
const round = (...clauses: Clause[]): Round => ({
  head: { no: 2, direction: 'in', madeAt: '2026-11-26T10:00:00Z', fileName: 'x.docx', sha256: '', textHash: '', note: '', changes: 0, undecided: 0, touched: 0 },
  nearness: 1, editor: '', findings: [], clauses, open: true,
})

describe('the clauses', () => {
  const standard = clause('a', { touched: true, changes: [change(3, { touched: true })] })
  const reworded = clause('b', { changes: [change(1), change(2)] })
  const commented = clause('c', { findings: [{ kind: 'comment', text: 'Hvorfor?' }] })
  const same = clause('d', { findings: [{ kind: 'unchanged' }] })

  test('are put by what was done to them, standard text first', () => {
    expect([standard, reworded, commented, same].map(groupOf)).toEqual(['touched', 'changed', 'changed', 'same'])
    expect(grouped([same, reworded, standard, commented]).changed).toEqual([reworded, commented])
    expect(walk(round(same, reworded, standard)).map((c) => c.no)).toEqual([3, 1, 2])
  })

  test('are never called the same when words were changed that nobody decides on', () => {
    const header = clause('', { part: 'header', place: 90, redline: [{ op: 'equal', text: 'Databehandleraftale', touched: false }, { op: 'insert', text: ' FORTROLIGT', touched: false }], findings: [{ kind: 'inserted' }] })
    const footer = clause('', { part: 'footer', place: 91, redline: [{ op: 'equal', text: 'Side 1', touched: false }] })
    expect([header, footer].map(groupOf)).toEqual(['changed', 'same'])
    expect([header, footer, reworded].map(aside)).toEqual([true, false, false])
  })

  test('have an address even when they were never sent', () => {
    expect(addressOf(standard)).toBe('a')
    expect(addressOf(clause('', { place: 7 }))).toBe('@7')
  })

  test('are named by the section that they stand in, unless they have a heading', () => {
    const sections = [clause('s6', { part: 'section', heading: 'Sikkerhed', place: 9 }), clause('s5', { part: 'section', heading: 'Fortrolighed', place: 4 })]
    expect(headingOf(clause('s5-2', { place: 6 }), sections)).toBe('Fortrolighed')
    expect(headingOf(clause('s6-1', { place: 10, heading: 'Egen' }), sections)).toBe('Egen')
    expect(headingOf(clause('', { place: 2 }), sections)).toBe('')
    expect(headingOf(clause('', { part: 'footer', place: 90 }), sections)).toBe('')
  })

  test('tell besides their words only what the redline does not show', () => {
    expect(besides({ findings: [{ kind: 'inserted' }, { kind: 'replaced' }, { kind: 'comment' }, { kind: 'clause_split' }, { kind: 'unchanged' }] }).map((x) => x.kind)).toEqual(['comment', 'clause_split'])
  })
})

test('what is no fixed text in a redline is explained, and has not the sign of moved text', () => {
  const word = { op: 'insert', text: 'x', touched: false } as const
  expect(signs([word, { ...word, kind: 'normative' }])).toEqual([])
  expect(signs([{ ...word, kind: 'option' }, { ...word, kind: 'supplementary' }, { ...word, kind: 'supplementary' }])).toEqual(['supplementary', 'option'])
  const css = readFileSync(new URL('../../ui/styles/template.css', import.meta.url), 'utf8')
  expect(css).toMatch(/\.k-mark--supplementary \{/)
  expect(css).not.toMatch(/\.k-mark--\w+ \{[^}]*double/)
})

test('a clause is marked with what was done to it, by its changes or by what was found', () => {
  expect(marks({ changes: [change(1)], findings: [] })).toEqual({ kinds: [], comments: 0 })
  expect(marks({ changes: [change(1, { kind: 'moved' })], findings: [{ kind: 'comment' }, { kind: 'comment' }, { kind: 'clause_split' }] })).toEqual({ kinds: ['moved', 'split'], comments: 2 })
  expect(marks({ changes: [change(1, { kind: 'new' })], findings: [{ kind: 'clause_new' }] }).kinds).toEqual(['new'])
  expect(marks({ changes: [], findings: [{ kind: 'clause_missing' }] }).kinds).toEqual(['gone'])
})

describe('walking the changes', () => {
  const list = [change(1, { decision: 'accept' }), change(2), change(3, { decision: 'park' }), change(4, { decision: 'counter' }), change(5)]

  test.each([
    [undefined, 1, 2], [undefined, -1, 5],
    [2, 1, 3], [3, 1, 5], [5, 1, 2], [4, 1, 5], // round and round
    [2, -1, 5], [5, -1, 3], [1, -1, 5],
    [9, 1, 2], // a change that is not there
  ] as const)('from %s by %i is %s', (from, by, to) => {
    expect(nextChange(list, from, by)?.no).toBe(to)
  })

  test('leads through all when all are decided, and nowhere when there is none', () => {
    const done = list.map((c) => ({ ...c, decision: 'accept' as const }))
    expect(nextChange(done, 1, 1)?.no).toBe(2)
    expect(nextChange(done, 1, -1)?.no).toBe(5)
    expect(nextChange([], undefined, 1)).toBeUndefined()
  })

  test('stays at the only one that waits', () => {
    expect(nextChange([change(1, { decision: 'accept' }), change(2)], 2, 1)?.no).toBe(2)
  })
})

test('what is put off or lifted out still stops the next round', () => {
  expect((['accept', 'reject', 'counter', 'park', 'escalate', undefined] as const).map((decision) => settled(change(1, { decision })))).toEqual([true, true, true, false, false, false])
  expect(counts([change(1, { touched: true }), change(2, { decision: 'park' }), change(3, { decision: 'accept' })])).toEqual({ all: 3, undecided: 2, touched: 1 })
})

test('a rejection, and a change of standard text that is accepted, want a reason; a counter wants words', () => {
  expect(needs({ touched: false }, 'accept')).toEqual({ reason: false, wording: false })
  expect(needs({ touched: true }, 'accept')).toEqual({ reason: true, wording: false })
  expect(needs({ touched: false }, 'reject')).toEqual({ reason: true, wording: false })
  expect(needs({ touched: true }, 'counter')).toEqual({ reason: true, wording: true })
  expect(needs({ touched: true }, 'park')).toEqual({ reason: false, wording: false })
})

test('a counter is read in its place, with what is decided around it', () => {
  const redline: Clause['redline'] = [
    { op: 'equal', text: 'Senest ', touched: false },
    { op: 'delete', text: '24', touched: false, change: 1 },
    { op: 'insert', text: '72', touched: false, change: 1 },
    { op: 'equal', text: ' timer', touched: false },
    { op: 'insert', text: ' om muligt', touched: false, change: 2 },
    { op: 'delete', text: ' efter', touched: false, change: 3 },
    { op: 'equal', text: '.', touched: false },
  ]
  const with2 = (two: Partial<Change>, three: Partial<Change> = {}) => ({ redline, changes: [change(1), change(2, two), change(3, three)] })
  expect(reads(with2({}), { no: 1, wording: '48' })).toBe('Senest 48 timer efter.')
  expect(reads(with2({ decision: 'accept' }), { no: 1, wording: '48' })).toBe('Senest 48 timer om muligt efter.')
  expect(reads(with2({ decision: 'counter', wording: ' altid' }, { decision: 'accept' }), { no: 1, wording: '48' })).toBe('Senest 48 timer altid.')
  expect(reads(with2({ decision: 'counter', whole: true, wording: 'Straks.' }), { no: 1, wording: '48' })).toBe('Straks.')
  expect(reads(with2({ decision: 'reject' }), { no: 3, wording: ' fra opdagelsen' })).toBe('Senest 24 timer fra opdagelsen.')
})

test('trivial changes are accepted together but for those that want a reason or are decided', () => {
  const all = [change(1, { trivial: true }), change(2, { trivial: true, touched: true }), change(3), change(4, { trivial: true, decision: 'reject' }), change(5, { trivial: true, decision: 'park' })]
  expect(trivial(all).map((c) => c.no)).toEqual([1, 5])
})

test('each decision has a key of its own, and none is a key that walks', () => {
  const keys = Object.values(keyOf)
  expect(new Set(keys).size).toBe(keys.length)
  for (const [decision, key] of Object.entries(keyOf)) expect(byKey[key]).toBe(decision)
  expect(keys.filter((key) => /[jku?/0-9]/.test(key))).toEqual([])
})

test('a decision takes its place in the round, and the rest is the same object', () => {
  const before = round(clause('a', { changes: [change(1), change(2)] }), clause('b', { changes: [change(3)] }))
  const after = withChanges(before, [change(2, { decision: 'accept', version: 2 })])
  expect(after.clauses[0]?.changes.map((c) => c.decision)).toEqual([undefined, 'accept'])
  expect(after.clauses[1]).toBe(before.clauses[1])
  expect(after.head.undecided).toBe(2)
})

test('a wording for the whole clause goes with what was seen of its other changes', () => {
  const all = [change(1), change(2, { version: 3 }), change(3, { clauseKey: 'other' }), change(4, { kind: 'moved' })]
  expect(othersOf(1, all)).toEqual([{ no: 2, base: 3 }])
})

test('what one wrote oneself is no reason to refuse what comes next', () => {
  const own = [change(1, { version: 2 }), change(1, { version: 3 }), change(2, { version: 5 })]
  expect(seenSince({ no: 1, base: 1 }, own)).toEqual({ no: 1, base: 3 })
  expect(seenSince({ no: 3, base: 1, whole: true, others: [{ no: 1, base: 2 }, { no: 2, base: 3 }] }, own)).toEqual({ no: 3, base: 1, whole: true, others: [{ no: 1, base: 3 }, { no: 2, base: 3 }] })
})

test('a decision stands over that one which was seen, and over no other', () => {
  const mine = { no: 1, base: 1, whole: true, others: [{ no: 2, base: 3 }, { no: 4, base: 1 }] }
  expect(over(mine, change(1, { version: 5 }))).toEqual({ ...mine, base: 5 })
  expect(over(mine, change(2, { version: 4 }))).toEqual({ ...mine, others: [{ no: 2, base: 4 }, { no: 4, base: 1 }] })
})
