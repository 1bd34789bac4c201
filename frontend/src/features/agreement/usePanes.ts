import { useCallback, useEffect, useRef, useState } from 'react'
import { goTo } from '../../ui/goTo'
import { useShortcuts } from '../../ui/shortcuts'

export type Pane = 'form' | 'text'

/** The two panes of a draft: which one is shown where only one has room, and the keys that lead about. */
export function usePanes(next: (from: string | undefined) => string | undefined) {
  const [pane, setPane] = useState<Pane>('form')
  const [at, setAt] = useState<string>()
  const last = useRef<string>(undefined)
  const toField = useCallback((id: string) => {
    setPane('form')
    requestAnimationFrame(() => goTo(id)) // a pane that was not shown can be focused once it is
  }, [])
  const entered = useCallback((target: EventTarget) => {
    if (!(target instanceof Element)) return
    const path = target.closest('[data-path]')?.getAttribute('data-path')
    if (!path) return
    last.current = target.id
    setAt(path)
  }, [])
  const swap = useCallback(() => {
    const inText = document.activeElement?.closest('#text-pane') !== null && document.activeElement !== null
    const to: Pane = inText ? 'form' : 'text'
    setPane(to)
    requestAnimationFrame(() => (to === 'text' ? goTo('text-pane') : goTo(last.current ?? 'answers')))
  }, [])
  const toMissing = useCallback(() => {
    const id = next(at)
    if (id !== undefined) toField(id)
  }, [at, next, toField])
  useShortcuts({ m: toMissing, t: swap })
  useEffect(() => {
    // Function keys are nobody's text: they lead on while a person writes.
    const listen = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey || (event.key !== 'F8' && event.key !== 'F9')) return
      event.preventDefault()
      if (event.key === 'F8') toMissing()
      else swap()
    }
    document.addEventListener('keydown', listen)
    return () => document.removeEventListener('keydown', listen)
  }, [swap, toMissing])
  return { pane, setPane, at, entered, toField, toMissing }
}
