import { useCallback, useEffect, useRef, useState, type ComponentType } from 'react'
import { flushSync } from 'react-dom'

interface Loaded<P> {
  Component: ComponentType<P>
  /** The stand-in had the focus; what replaces it must take it over, or it is lost. */
  takeFocus: boolean
}

/**
 * A component that is fetched when it is asked for, or when the browser is idle.
 * Its stand-in stays until it is there, so that focus never falls to the page in between.
 */
export function useLoaded<P, E extends HTMLElement>(load: () => Promise<{ default: ComponentType<P> }>, idle: boolean) {
  const standIn = useRef<E>(null)
  const [loaded, setLoaded] = useState<Loaded<P>>()
  const fetchIt = useCallback(() => {
    void load().then(({ default: Component }) => {
      // At once: nobody can come to the stand-in between the question and the change.
      flushSync(() => setLoaded((before) => before ?? { Component, takeFocus: standIn.current === document.activeElement }))
    })
  }, [load])
  useEffect(() => {
    if (!idle) return
    const timer = setTimeout(fetchIt, 1_500)
    return () => clearTimeout(timer)
  }, [idle, fetchIt])
  return { loaded, standIn, fetchIt }
}
