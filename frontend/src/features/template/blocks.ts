import type { Schemas } from '../../api/client'
import { readSpans, writeSpans, type Span } from './notation'

export type Block = Schemas['TemplateBlock']
export type Field = Schemas['TemplateField']
export type Condition = Schemas['TemplateCondition']

/** A block while it is written: text with marks in place of spans. `raw` is what has no text of its own to edit. */
export interface Writing {
  id: number
  kind: Block['kind']
  text: string
  raw: Block
  branches: { value: string; blocks: Writing[] }[]
  blocks: Writing[]
}

let last = 0
const fresh = (kind: Block['kind'], raw: Block, text = ''): Writing => ({ id: ++last, kind, text, raw, branches: [], blocks: [] })

const cellMark = ' | '

export function toWriting(blocks: readonly Block[]): Writing[] {
  return blocks.map((b) => {
    const text =
      b.kind === 'list' ? (b.items ?? []).map(writeSpans).join('\n')
      : b.kind === 'table' ? (b.table?.cells ?? []).map((row) => row.map(writeSpans).join(cellMark)).join('\n')
      : writeSpans(b.spans ?? [])
    return {
      ...fresh(b.kind, b, text),
      branches: (b.branches ?? []).map((x) => ({ value: x.value, blocks: toWriting(x.blocks ?? []) })),
      blocks: toWriting(b.blocks ?? []),
    }
  })
}

export const newParagraph = (): Writing => fresh('paragraph', { kind: 'paragraph' })
export const newList = (): Writing => fresh('list', { kind: 'list' })
export const newChoice = (field: Field): Writing => ({
  ...fresh('choice', { kind: 'choice', field: field.path }),
  branches: (field.choices ?? []).map((c) => ({ value: c.value, blocks: [newParagraph()] })),
})

export const newRepeat = (field: Field): Writing => ({ ...fresh('repeat', { kind: 'repeat', collection: field.path }), blocks: [newParagraph()] })
export const newRows = (field: Field): Writing =>
  fresh('table', { kind: 'table', table: { head: (field.columns ?? []).map((c) => c.label), collection: field.path, columns: (field.columns ?? []).map((c) => c.path) } })

export interface Mistake {
  id: number
  open: string
}

/** The blocks as they are sent, and what cannot be read; what is empty is left out. */
export function fromWriting(writing: readonly Writing[]): { blocks: Block[]; mistakes: Mistake[] } {
  const mistakes: Mistake[] = []
  const read = (id: number, text: string): Span[] => {
    const got = readSpans(text)
    if ('spans' in got) return got.spans
    mistakes.push({ id, open: got.open })
    return [{ kind: 'normative', text }]
  }
  const inner = (list: readonly Writing[]): Block[] => {
    const got = fromWriting(list)
    mistakes.push(...got.mistakes)
    return got.blocks
  }
  const blocks = writing.flatMap((w): Block[] => {
    const when = w.raw.when === undefined ? {} : { when: w.raw.when }
    const rows = w.text.split('\n').filter((line) => line.trim() !== '')
    switch (w.kind) {
      case 'list':
        return rows.length === 0 ? [] : [{ kind: 'list', ...when, items: rows.map((line) => read(w.id, line)) }]
      case 'table': {
        const table = w.raw.table
        if (!table || table.collection) return [w.raw]
        const cells = rows.map((line) => {
          const parts = line.split(cellMark)
          return table.head.map((_, i) => read(w.id, (i + 1 < table.head.length ? parts[i] : parts.slice(i).join(cellMark)) ?? ''))
        })
        return [{ kind: 'table', ...when, table: { head: table.head, cells } }]
      }
      case 'choice':
        return [{
          kind: 'choice', ...when, field: w.raw.field,
          ...(w.raw.max ? { min: w.raw.min ?? 0, max: w.raw.max } : {}),
          branches: w.branches.map((b) => ({ value: b.value, blocks: inner(b.blocks) })),
        }]
      case 'repeat':
        return [{ kind: 'repeat', ...when, collection: w.raw.collection, blocks: inner(w.blocks) }]
      default:
        return w.text.trim() === '' ? [] : [{ kind: 'paragraph', ...when, spans: read(w.id, w.text) }]
    }
  })
  return { blocks, mistakes }
}

/** Every span of the blocks, in reading order. */
export function allSpans(blocks: readonly Block[]): Span[] {
  return blocks.flatMap((b) => [
    ...(b.spans ?? []), ...(b.items ?? []).flat(), ...(b.table?.cells ?? []).flat(2),
    ...(b.branches ?? []).flatMap((x) => allSpans(x.blocks ?? [])), ...allSpans(b.blocks ?? []),
  ])
}

const conditionPaths = (c: Condition | undefined): string[] =>
  c ? [...(c.path ? [c.path] : []), ...[...(c.all ?? []), ...(c.any ?? [])].flatMap(conditionPaths), ...conditionPaths(c.not)] : []

/** The fields that the blocks speak of: slots, choices, conditions and rows. */
export function fieldsOf(blocks: readonly Block[], fields: readonly Field[]): Field[] {
  const paths = new Set<string>()
  const walk = (list: readonly Block[]) => {
    for (const b of list) {
      for (const path of [b.field, b.collection, b.table?.collection, ...conditionPaths(b.when)]) if (path) paths.add(path)
      for (const x of b.branches ?? []) walk(x.blocks ?? [])
      walk(b.blocks ?? [])
    }
  }
  walk(blocks)
  for (const s of allSpans(blocks)) if (s.field) paths.add(s.field)
  return fields.filter((f) => [...paths].some((p) => p === f.path || (f.type === 'rows' && p.startsWith(`${f.path}.`))))
}

/** What a slot is called: the field's label, or the column's. */
export function slotLabel(path: string, fields: readonly Field[]): { label: string; local: boolean; known: boolean } {
  const field = fields.find((f) => f.path === path)
  if (field) return { label: field.label, local: field.local, known: true }
  for (const f of fields) {
    const column = f.type === 'rows' && path.startsWith(`${f.path}.`) ? f.columns?.find((c) => c.path === path.slice(f.path.length + 1)) : undefined
    if (column) return { label: column.label, local: false, known: true }
  }
  return { label: path, local: false, known: false }
}

/** A condition as a sentence of labels and values. */
export function conditionText(c: Condition | undefined, fields: readonly Field[], words: { and: string; or: string; not: string; set: string }): string {
  if (!c) return ''
  const part = (x: Condition) => conditionText(x, fields, words)
  if (c.all?.length) return c.all.map(part).join(` ${words.and} `)
  if (c.any?.length) return c.any.map(part).join(` ${words.or} `)
  if (c.not) return `${words.not} (${part(c.not)})`
  const field = fields.find((f) => f.path === c.path)
  const label = field?.label ?? c.path ?? ''
  const value = (v: unknown): string => field?.choices?.find((x) => x.value === v)?.label ?? (typeof v === 'string' || typeof v === 'number' ? String(v) : JSON.stringify(v))
  if (c.set !== undefined) return c.set ? `${label} ${words.set}` : `${words.not} (${label} ${words.set})`
  if (c.above !== undefined) return `${label} > ${c.above}`
  if (c.below !== undefined) return `${label} < ${c.below}`
  if (c.in?.length) return `${label}: ${c.in.map(value).join(` ${words.or} `)}`
  return `${label}: ${value(c.equals)}`
}
