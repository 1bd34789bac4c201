import { expect, test } from 'vitest'
import { conditionText, fieldsOf, fromWriting, newChoice, newParagraph, slotLabel, toWriting, type Block, type Field } from './blocks'

const field = (path: string, more: Partial<Field> = {}): Field => ({ path, type: 'text', label: path.toUpperCase(), required: false, local: false, ...more })
const fields = [
  field('a', { type: 'choice', choices: [{ value: 'x', label: 'Ekset' }, { value: 'y', label: 'Ypsilon' }] }),
  field('b', { type: 'rows', columns: [field('c')] }),
  field('d', { local: true }),
]
const text = (words: string): Block => ({ kind: 'paragraph', spans: [{ kind: 'normative', text: words }] })
const blocks: Block[] = [
  { kind: 'paragraph', when: { path: 'a', equals: 'x' }, spans: [{ kind: 'normative', text: 'Til ' }, { kind: 'fill_in', field: 'd' }] },
  { kind: 'list', items: [[{ kind: 'normative', text: 'et' }], [{ kind: 'supplementary', text: 'to' }]] },
  { kind: 'table', table: { head: ['1', '2'], cells: [[[{ kind: 'normative', text: 'x' }], [{ kind: 'fill_in', field: 'b.c' }]]] } },
  { kind: 'table', table: { head: ['Nr.'], collection: 'systems', columns: ['number'] } },
  { kind: 'choice', field: 'a', branches: [{ value: 'x', blocks: [text('ja')] }, { value: 'y', blocks: [text('nej')] }] },
  { kind: 'repeat', collection: 'b', blocks: [{ kind: 'paragraph', spans: [{ kind: 'fill_in', field: 'b.c' }] }] },
]

test('what is written comes back as it was', () => {
  expect(fromWriting(toWriting(blocks))).toEqual({ blocks, mistakes: [] })
})

test('an empty paragraph is left out, and a mark that is not closed is told of', () => {
  const open = { ...newParagraph(), text: 'se [[her' }
  const got = fromWriting([newParagraph(), open])
  expect(got.blocks).toHaveLength(1)
  expect(got.mistakes).toEqual([{ id: open.id, open: '[[her' }])
  expect(fromWriting(fields.slice(0, 1).map(newChoice)).blocks[0]?.branches).toEqual([{ value: 'x', blocks: [] }, { value: 'y', blocks: [] }])
})

test('the fields of a clause, and what its slots are called', () => {
  expect(fieldsOf(blocks, fields).map((f) => f.path)).toEqual(['a', 'b', 'd'])
  expect(slotLabel('b.c', fields)).toEqual({ label: 'C', local: false, known: true })
  expect(slotLabel('q', fields).known).toBe(false)
})

test('a condition reads as a sentence', () => {
  const words = { and: 'og', or: 'eller', not: 'ikke', set: 'er udfyldt' }
  expect(conditionText({ all: [{ path: 'a', equals: 'x' }, { not: { path: 'd', set: true } }] }, fields, words)).toBe('A: Ekset og ikke (D er udfyldt)')
  expect(conditionText({ path: 'a', in: ['x', 'y'] }, fields, words)).toBe('A: Ekset eller Ypsilon')
})
