import { describe, expect, it } from 'vitest'
import type { Text } from './queries'
import { reclass } from './reclass'
import { mark } from './spans'

const p = (cls: Text['class'], section?: string, clause?: string, more: Partial<Text> = {}): Text => ({
  class: cls, ...(section !== undefined && { section }), ...(clause !== undefined && { clause }), spans: [{ kind: 'normative', text: `${cls} ${section ?? ''} ${clause ?? ''}`.trim() }], ...more,
})

const file: Text[] = [
  p('cover'),
  p('heading', 's1', undefined, { number: '1', level: 1 }),
  p('clause', 's1', 's1-1', { number: '1.1', level: 2 }),
  p('text', 's1', 's1-1'),
  p('clause', 's1', 's1-2', { number: '1.2', level: 2 }),
  p('text', 's1', 's1-2'),
  p('heading', 's2', undefined, { number: '2', level: 1 }),
  p('ignored'),
  p('clause', 's2', 's2-1', { number: '2.1', level: 2 }),
  p('unplaced'),
]

const places = (changes: Map<number, Text>) => Object.fromEntries([...changes].map(([i, t]) => [i, [t.class, t.section, t.clause].filter(Boolean).join(' ')]))

describe('reclass', () => {
  it('says nothing when the class is the same', () => expect(reclass(file, 3, 'text').size).toBe(0))

  it('puts what stands nowhere where the paragraph before stands', () => expect(places(reclass(file, 9, 'text'))).toEqual({ 9: 'text s2 s2-1' }))

  it('starts a clause, and what goes on goes along', () => {
    const texts = [...file.slice(0, 4), p('text', 's1', 's1-1'), ...file.slice(4)]
    const changes = reclass(texts, 3, 'clause')
    expect(places(changes)).toEqual({ 3: 'clause s1 s1-3', 4: 'text s1 s1-3' })
    expect(changes.get(3)?.number).toBe('?')
  })

  it('gives up a clause: what belonged to it goes on in the one before', () => expect(places(reclass(file, 4, 'text'))).toEqual({ 4: 'text s1 s1-1', 5: 'text s1 s1-1' }))

  it('starts a section: the clauses after it are its own', () => {
    expect(places(reclass(file, 3, 'heading'))).toEqual({ 3: 'heading x-text-s1-s1-1', 4: 'clause x-text-s1-s1-1 s1-2', 5: 'text x-text-s1-s1-1 s1-2' })
  })

  it('gives up a section: its clauses are those of the section before, an empty line between or not', () => expect(places(reclass(file, 6, 'ignored'))).toEqual({ 6: 'ignored s2', 8: 'clause s1 s2-1' }))

  it('leaves the front page and empty lines alone when a first heading is made', () => {
    const texts = [p('unplaced', undefined, undefined, { spans: [{ kind: 'normative', text: 'Formål' }] }), p('ignored'), p('cover'), p('unplaced')]
    expect(places(reclass(texts, 0, 'heading'))).toEqual({ 0: 'heading x-formaal' })
  })

  it('keeps keys short enough to be stored', () => {
    const long = p('text', 'x-behandlingssikkerhed-og-organisatoriske-tiltag', 'x-1', { spans: [{ kind: 'normative', text: 'A.1 Kryptering af personoplysninger undervejs' }] })
    expect(reclass([...file.slice(0, 3), long], 3, 'heading').get(3)?.clause?.length).toBeLessThanOrEqual(60)
  })

  it('reads a numbered sub-heading as one', () => {
    const texts = [...file.slice(0, 3), p('text', 's1', 's1-1', { spans: [{ kind: 'normative', text: 'A.1 Formålet' }] })]
    expect(places(reclass(texts, 3, 'heading'))).toEqual({ 3: 'heading s1 s1-a-1-formaalet' })
  })

  it('keeps a clause that becomes the first of its alternatives', () => {
    const changes = reclass(file, 4, 'option')
    expect(places(changes)).toEqual({ 4: 'option s1 s1-2' })
    expect(changes.get(4)?.number).toBe('1.2')
  })

  it('goes on in the choice before', () => {
    const texts = [...file.slice(0, 3), p('option', 's1', 's1-1', { choice: 'x.y', branch: 'a' }), p('text', 's1', 's1-1')]
    expect(reclass(texts, 4, 'option').get(4)).toMatchObject({ class: 'option', choice: 'x.y', branch: 'a', section: 's1', clause: 's1-1' })
    expect(reclass(texts, 3, 'text').get(3)).toMatchObject({ class: 'text', choice: undefined, branch: undefined })
  })
})

describe('mark', () => {
  const spans = [{ kind: 'normative' as const, text: 'Senest ' }, { kind: 'fill_in' as const, text: '24', field: 'a.b' }, { kind: 'normative' as const, text: ' timer efter' }]
  const text = (list: ReturnType<typeof mark>) => list.map((s) => s.text).join('')

  it('cuts a span in three and keeps the words', () => {
    const got = mark(spans, 10, 15, 'supplementary')
    expect(got.map((s) => `${s.kind}:${s.text}`)).toEqual(['normative:Senest ', 'fill_in:24', 'normative: ', 'supplementary:timer', 'normative: efter'])
    expect(text(got)).toBe(text(spans))
  })

  it('joins what becomes the same', () => expect(mark(spans, 7, 9, 'normative').map((s) => s.text)).toEqual(['Senest 24 timer efter']))

  it('reaches over several spans', () => expect(mark(spans, 0, 9, 'guidance').map((s) => `${s.kind}:${s.text}`)).toEqual(['guidance:Senest 24', 'normative: timer efter']))

  it('never joins two fields', () => expect(mark(spans, 0, 7, 'fill_in', 'c.d').map((s) => s.field)).toEqual(['c.d', 'a.b', undefined]))
})
