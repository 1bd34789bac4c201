import { useEffect, useEffectEvent, useState } from 'react'
import { typing } from './shortcuts'

/** The rows of a list that a person has chosen, by their keys; also rows that are not on screen. */
export interface Selection {
  keys: ReadonlySet<number>
  set: (keys: ReadonlySet<number>) => void
}

const none: ReadonlySet<number> = new Set()

/** What is chosen is chosen under one filter: under the next one nothing is. Escape clears. */
export function useSelection(filter: string): Selection {
  const [choice, setChoice] = useState<{ filter: string; keys: ReadonlySet<number> }>({ filter, keys: none })
  const keys = choice.filter === filter ? choice.keys : none
  const set = (next: ReadonlySet<number>) => setChoice({ filter, keys: next })
  const escape = useEffectEvent((event: KeyboardEvent) => {
    if (event.key !== 'Escape' || event.defaultPrevented || keys.size === 0 || typing(event.target)) return
    if (event.target instanceof Element && event.target.closest('details[open]')) return
    set(none)
  })
  useEffect(() => {
    document.addEventListener('keydown', escape)
    return () => document.removeEventListener('keydown', escape)
  }, [])
  return { keys, set }
}

/** The keys after a click on one row, or, with Shift, on all from the row clicked before it: they become what it becomes. */
export function picked(chosen: ReadonlySet<number>, keys: readonly number[], at: number, from = at): ReadonlySet<number> {
  const next = new Set(chosen)
  const on = !chosen.has(keys[at] ?? NaN)
  for (const key of keys.slice(Math.min(at, from), Math.max(at, from) + 1)) {
    if (on) next.add(key)
    else next.delete(key)
  }
  return next
}
