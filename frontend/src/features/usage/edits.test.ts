import { describe, expect, test } from 'vitest'
import { Edits } from './edits'
import type { CellChange, Outcome } from './queries'

const change = (value: string, usage = 1, base = ''): CellChange => ({ usage, field: 'caseNumber', base, value })
const answer = (more: Partial<Outcome> = {}): Outcome => ({ cells: [], conflicts: [], errors: [], rows: [], unchanged: 0, ...more })

/** A server that answers when it is told to. */
function world() {
  const sent: CellChange[][] = []
  const waiting: { done: (o: Outcome) => void; fail: (e: unknown) => void }[] = []
  const undone: number[] = []
  const edits = new Edits({
    send: (_, changes) => new Promise((done, fail) => { sent.push(changes); waiting.push({ done, fail }) }),
    undo: (id) => { undone.push(id); return Promise.resolve(answer()) },
    name: (usage) => `system ${usage}`,
    onOutcome: () => undefined,
  })
  const reply = async (act: (w: { done: (o: Outcome) => void; fail: (e: unknown) => void }) => void) => {
    const next = waiting.shift()
    if (next) act(next)
    await new Promise((r) => setTimeout(r, 0))
  }
  return { edits, sent, undone, reply }
}

describe('edits', () => {
  test('go one act at a time, in the order they were made', async () => {
    const { edits, sent, reply } = world()
    edits.submit('edit', [change('a')])
    edits.submit('edit', [change('b', 2)])
    expect(sent).toHaveLength(1)
    expect(edits.row(2).pending.caseNumber).toBe('b')
    await reply((w) => w.done(answer({ change: 5 })))
    expect(sent).toHaveLength(2)
    await reply((w) => w.done(answer({ change: 6 })))
    expect(edits.status()).toMatchObject({ waiting: 0, undoable: 2 })
    expect(edits.row(2).pending).toEqual({})
  })

  test('a cell that is written again stays pending until the last is answered', async () => {
    const { edits, reply } = world()
    edits.submit('edit', [change('a')])
    edits.submit('edit', [change('ab', 1, 'a')])
    await reply((w) => w.done(answer()))
    expect(edits.row(1).pending.caseNumber).toBe('ab')
  })

  test('undo and preview do not wait for what does not get through', async () => {
    const { edits, sent, undone, reply } = world()
    edits.submit('edit', [change('a')])
    await reply((w) => w.done(answer({ change: 5 })))
    edits.submit('edit', [change('b')])
    const undoing = edits.undo().catch((why: unknown) => why)
    await reply((w) => w.fail(new Error('offline')))
    expect(await undoing).toBeInstanceOf(Error)
    await expect(edits.idle()).rejects.toThrow('offline')
    edits.submit('edit', [change('c', 2)])
    edits.giveUp()
    await reply((w) => w.done(answer()))
    expect(sent.map((c) => c[0]?.value)).toEqual(['a', 'b', 'c'])
    expect(edits.row(1).pending).toEqual({})
    expect(undone).toEqual([])
    await edits.idle()
  })

  test('what does not get through is kept and sent again', async () => {
    const { edits, sent, reply } = world()
    edits.submit('edit', [change('a')])
    await reply((w) => w.fail(new Error('offline')))
    expect(edits.status().stuck).toBeInstanceOf(Error)
    edits.submit('edit', [change('b', 2)])
    expect(sent).toHaveLength(1)
    edits.retry()
    await reply((w) => w.done(answer()))
    await reply((w) => w.done(answer()))
    expect(sent.map((c) => c[0]?.value)).toEqual(['a', 'a', 'b'])
    expect(edits.status()).toMatchObject({ waiting: 0, stuck: undefined })
  })

  test('a conflict keeps both texts until somebody chooses; an error keeps the text', async () => {
    const { edits, reply } = world()
    edits.submit('edit', [change('mit'), change('x', 2)])
    await reply((w) => w.done(answer({
      conflicts: [{ usage: 1, field: 'caseNumber', base: '', yours: 'mit', theirs: 'deres', by: 'Bo' }], errors: [{ usage: 2, field: 'caseNumber', value: 'x', code: 'usage.too_long' }],
    })))
    expect(edits.row(1).conflicts.caseNumber?.yours).toBe('mit')
    expect(edits.row(2).errors.caseNumber?.value).toBe('x')
    edits.drop(1, 'caseNumber')
    edits.submit('edit', [change('y', 2)])
    expect(edits.row(1).conflicts).toEqual({})
    expect(edits.row(2).errors).toEqual({})
  })

  test('what waits for a person is told with its row, until it is mended', async () => {
    const { edits, reply } = world()
    expect(edits.status()).toMatchObject({ unsaved: false, open: [] })
    edits.submit('edit', [change('x', 2)])
    expect(edits.status()).toMatchObject({ unsaved: true, open: [] })
    await reply((w) => w.done(answer({ errors: [{ usage: 2, field: 'caseNumber', value: 'x', code: 'usage.too_long' }] })))
    edits.refuse(1, 'agreement', 'not_needed', 'usage.reason_needed')
    expect(edits.status().open).toEqual([
      { usage: 2, name: 'system 2', field: 'caseNumber', error: { value: 'x', code: 'usage.too_long' } },
      { usage: 1, name: 'system 1', field: 'agreement', error: { value: 'not_needed', code: 'usage.reason_needed' } },
    ])
    edits.drop(1, 'agreement')
    edits.submit('edit', [change('y', 2)])
    await reply((w) => w.done(answer()))
    expect(edits.status()).toMatchObject({ unsaved: false, open: [] })
  })

  test('undo waits for what is on its way and takes the last act back', async () => {
    const { edits, undone, reply } = world()
    edits.submit('edit', [change('a')])
    const undoing = edits.undo()
    expect(undone).toEqual([])
    await reply((w) => w.done(answer({ change: 9 })))
    await undoing
    expect(undone).toEqual([9])
    expect(await edits.undo()).toBeUndefined()
  })
})
