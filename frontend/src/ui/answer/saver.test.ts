import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { ApiError } from '../../api/problem'
import { kept } from './draftStore'
import { same, Saver, type Answer } from './saver'

const stored = new Map<string, string>()
beforeEach(() => {
  stored.clear()
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => stored.set(key, value),
    removeItem: (key: string) => stored.delete(key),
  })
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

/** A server that keeps one field. */
function server(start?: unknown) {
  const field = { value: start, version: start === undefined ? 0 : 1 }
  const sent: unknown[] = []
  let refusal: Error | undefined
  const send = (base: number, value: unknown): Promise<Answer> => {
    sent.push(value)
    if (refusal) return Promise.reject(refusal)
    if (base !== field.version) {
      return Promise.reject(new ApiError(409, { code: 'agreement.answer_conflict', detail: { theirs: field.value, version: field.version, by: 'Bo' } }))
    }
    field.value = value
    field.version++
    return Promise.resolve({ path: 'p', value, version: field.version, at: '2026-11-23T10:00:00Z' })
  }
  return { field, sent, send, refuse: (error?: Error) => { refusal = error } }
}

function saver(s: ReturnType<typeof server>, version = 0) {
  const saved: Answer[] = []
  const made = new Saver({ record: '1', path: 'p', answer: version === 0 ? undefined : { path: 'p', version, value: s.field.value }, send: s.send, onSaved: (a) => saved.push(a) })
  return { made, saved }
}

describe('a field', () => {
  test('is sent once a person pauses, and says so', async () => {
    const s = server()
    const { made, saved } = saver(s)
    made.change('a')
    made.change('ab')
    expect(s.sent).toEqual([])
    expect(kept('1', 'p')).toEqual({ value: 'ab', base: 0 })
    await vi.advanceTimersByTimeAsync(700)
    expect(s.sent).toEqual(['ab'])
    expect(made.read().state).toEqual({ kind: 'saved', at: '2026-11-23T10:00:00Z' })
    expect(saved).toHaveLength(1)
    expect(kept('1', 'p')).toBeUndefined()
  })

  test('typed on while it is sent goes after, on the new version', async () => {
    const s = server()
    const { made } = saver(s)
    made.change('a', true)
    vi.advanceTimersByTime(0)
    made.change('ab')
    await vi.advanceTimersByTimeAsync(2_000)
    expect(s.sent).toEqual(['a', 'ab'])
    expect(s.field).toEqual({ value: 'ab', version: 2 })
    expect(made.read().state.kind).toBe('saved')
  })

  test('meets another’s text and keeps both', async () => {
    const s = server('first')
    const { made } = saver(s, 1)
    s.field.value = 'theirs'
    s.field.version = 2
    made.change('mine', true)
    await vi.advanceTimersByTimeAsync(10)
    const { state, value } = made.read()
    expect(value).toBe('mine')
    expect(state).toEqual({ kind: 'conflict', conflict: { theirs: 'theirs', version: 2, by: 'Bo' } })
    expect(kept('1', 'p')?.value).toBe('mine')
    if (state.kind === 'conflict') made.keepMine(state.conflict)
    await vi.advanceTimersByTimeAsync(10)
    expect(s.field).toEqual({ value: 'mine', version: 3 })
  })

  test('takes the other’s text when that is chosen', async () => {
    const s = server('first')
    const { made } = saver(s, 1)
    s.field.value = 'theirs'
    s.field.version = 2
    made.change('mine', true)
    await vi.advanceTimersByTimeAsync(10)
    const { state } = made.read()
    if (state.kind === 'conflict') made.keepTheirs(state.conflict)
    expect(made.read()).toMatchObject({ value: 'theirs', state: { kind: 'idle' } })
    expect(kept('1', 'p')).toBeUndefined()
    made.change('after', true)
    await vi.advanceTimersByTimeAsync(10)
    expect(s.field).toEqual({ value: 'after', version: 3 })
  })

  test('tries again when no server answered, and loses nothing', async () => {
    const s = server()
    const { made } = saver(s)
    s.refuse(new ApiError(0, { code: 'offline' }))
    made.change('a', true)
    await vi.advanceTimersByTimeAsync(10)
    expect(made.read().state.kind).toBe('failed')
    expect(kept('1', 'p')?.value).toBe('a')
    s.refuse(undefined)
    await vi.advanceTimersByTimeAsync(6_000)
    expect(s.field.value).toBe('a')
    expect(made.read().state.kind).toBe('saved')
  })

  test('is not tried again when the refusal stands', async () => {
    const s = server()
    const { made } = saver(s)
    s.refuse(new ApiError(422, { code: 'field.value' }))
    made.change('a', true)
    await vi.advanceTimersByTimeAsync(60_000)
    expect(s.sent).toEqual(['a'])
    expect(made.read().state.kind).toBe('failed')
  })

  test('sends what an ended session left in the browser', async () => {
    const s = server()
    s.refuse(new ApiError(401, { code: 'unauthenticated' }))
    const before = saver(s).made
    before.change('left', true)
    await vi.advanceTimersByTimeAsync(10)
    s.refuse(undefined)
    const { made } = saver(s)
    expect(made.read()).toMatchObject({ value: 'left', restored: true })
    made.start()
    await vi.advanceTimersByTimeAsync(10)
    expect(s.field.value).toBe('left')
    expect(made.read().restored).toBe(false)
  })

  test('shows what somebody else saved only while nobody writes here', () => {
    const s = server('first')
    const { made } = saver(s, 1)
    made.arrived({ path: 'p', version: 2, value: 'second' })
    expect(made.read().value).toBe('second')
    made.change('mine')
    made.arrived({ path: 'p', version: 3, value: 'third' })
    expect(made.read().value).toBe('mine')
  })
})

test('nothing written and nothing answered are the same', () => {
  expect(same(null, '')).toBe(true)
  expect(same(undefined, null)).toBe(true)
  expect(same(false, '')).toBe(false)
  expect(same(0, '')).toBe(false)
})
