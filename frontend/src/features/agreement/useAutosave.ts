import { useEffect, useEffectEvent, useRef, useState } from 'react'
import { api, unwrap, type Schemas } from '../../api/client'
import { ApiError } from '../../api/problem'
import { forget, keep, kept } from './draftStore'

type Answer = Schemas['Answer']

export interface Conflict {
  theirs: unknown
  version: number
  by?: string
}

export type SaveState =
  | { kind: 'idle' }
  | { kind: 'saving' }
  | { kind: 'saved'; at: string }
  | { kind: 'failed'; error: unknown }
  | { kind: 'conflict'; conflict: Conflict }

const quiet = 600 // ms without a keystroke before a text is sent
const again = 5_000 // ms before a send that met no server is tried again

interface Options {
  agreement: number
  path: string
  answer: Answer | undefined
  onSaved: (answer: Answer) => void
}

/**
 * One field saved as a person types. The server keeps a version per field; when somebody
 * else saved the same field in between, both texts are kept until one is chosen.
 */
export function useAutosave({ agreement, path, answer, onSaved }: Options) {
  const [saved, setSaved] = useState({ value: answer?.value as unknown, version: answer?.version ?? 0 })
  const [left] = useState(() => kept(agreement, path))
  const [value, setValue] = useState<unknown>(left ? left.value : saved.value)
  const [state, setState] = useState<SaveState>({ kind: 'idle' })
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const flying = useRef(false)
  const wanted = useRef<{ value: unknown; base: number } | undefined>(undefined)

  // Somebody else's answer came with a refetch while this field was at rest.
  const incoming = answer?.version ?? 0
  if (incoming > saved.version && state.kind !== 'saving' && state.kind !== 'conflict' && same(value, saved.value)) {
    setSaved({ value: answer?.value, version: incoming })
    setValue(answer?.value)
  }

  const send = useEffectEvent(async (): Promise<void> => {
    clearTimeout(timer.current)
    const want = wanted.current
    if (!want || flying.current) return
    flying.current = true
    setState({ kind: 'saving' })
    try {
      const got = await unwrap(
        api.PATCH('/api/v1/agreements/{id}/answers', { params: { path: { id: agreement } }, body: { path, base: want.base, value: want.value } }),
      )
      setSaved({ value: got.value, version: got.version })
      if (wanted.current === want) {
        wanted.current = undefined
        forget(agreement, path)
        setState({ kind: 'saved', at: got.at ?? new Date().toISOString() })
      } else if (wanted.current) {
        wanted.current.base = got.version // typed on while it was sent
      }
      onSaved(got)
    } catch (error) {
      if (error instanceof ApiError && error.code === 'agreement.answer_conflict') {
        const { theirs, version, by } = error.detail
        setState({ kind: 'conflict', conflict: { theirs, version: typeof version === 'number' ? version : 0, by: typeof by === 'string' && by !== '' ? by : undefined } })
      } else {
        setState({ kind: 'failed', error })
        if (error instanceof ApiError && (error.code === 'offline' || error.status === 503 || error.status === 429)) timer.current = setTimeout(() => void send(), again)
      }
      flying.current = false
      return
    }
    flying.current = false
    if (wanted.current) void send()
  })

  const want = (next: unknown, base: number, wait: number) => {
    wanted.current = { value: next, base }
    keep(agreement, path, { value: next, base })
    clearTimeout(timer.current)
    timer.current = setTimeout(() => void send(), wait)
  }

  const resume = useEffectEvent(() => {
    if (left && !same(left.value, saved.value)) want(left.value, left.base, 0)
    else if (left) forget(agreement, path)
  })
  useEffect(() => {
    resume()
    const leave = () => void send()
    window.addEventListener('online', leave)
    return () => {
      window.removeEventListener('online', leave)
      void send() // leaving the page sends what is waiting
    }
  }, [])

  return {
    value,
    state,
    restored: left !== undefined && state.kind !== 'saved',
    change: (next: unknown, now = false) => {
      setValue(next)
      if (state.kind === 'conflict') {
        keep(agreement, path, { value: next, base: saved.version })
        return
      }
      if (same(next, saved.value) && !flying.current) {
        wanted.current = undefined
        clearTimeout(timer.current)
        forget(agreement, path)
        setState((s) => (s.kind === 'saved' ? s : { kind: 'idle' }))
        return
      }
      want(next, saved.version, now ? 0 : quiet)
    },
    flush: () => void send(),
    keepMine: (conflict: Conflict) => {
      setSaved({ value: conflict.theirs, version: conflict.version })
      setState({ kind: 'saving' })
      want(value, conflict.version, 0)
    },
    keepTheirs: (conflict: Conflict) => {
      wanted.current = undefined
      forget(agreement, path)
      setSaved({ value: conflict.theirs, version: conflict.version })
      setValue(conflict.theirs)
      setState({ kind: 'idle' })
      onSaved({ path, version: conflict.version, value: conflict.theirs, by: conflict.by })
    },
  }
}

/** Unanswered is null, undefined or nothing written. */
export const same = (a: unknown, b: unknown): boolean => (a ?? '') === (b ?? '')
