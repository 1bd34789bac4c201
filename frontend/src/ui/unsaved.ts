import { useEffect } from 'react'

// What a person has written on this page and nobody has saved. One place knows it, so that a link, the
// back button, the search box, another role and the closing of the tab all ask the same question.

interface Unsaved {
  /** Search parameters of the address that take the text away when they change; another page always does. */
  params: readonly string[]
  /** A code that is shown once, and no text: it cannot be saved, only copied. */
  code?: true
}

const held = new Set<Unsaved>()
const listeners = new Set<() => void>()
let asked: ((leave: boolean) => void) | undefined

function tell(): void {
  for (const listener of listeners) listener()
}

export function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export const anyUnsaved = (): boolean => held.size > 0
/** Nothing would be lost but a code that is shown once. */
export const onlyCode = (): boolean => held.size > 0 && [...held].every((x) => x.code)
export const question = (): ((leave: boolean) => void) | undefined => asked

/** The dialog is fetched while there is time: it must be there when the connection is not. */
export const loadDialog = () => import('./LeaveDialog')

/**
 * Says that there is text on the page that would be lost with it. The navigation after a
 * successful save passes with `ignoreBlocker: true`.
 */
export function useUnsaved(dirty: boolean, ...params: string[]): void {
  const named = params.join(' ')
  useEffect(() => {
    if (!dirty) return
    const mine = { params: named.split(' ') }
    held.add(mine)
    tell()
    loadDialog().catch(() => undefined)
    return () => {
      held.delete(mine)
      tell()
    }
  }, [dirty, named])
}

/** Says that a code stands on the page that is shown this once and was not copied. */
export function useOnce(shown: boolean): void {
  useEffect(() => {
    if (!shown) return
    const mine: Unsaved = { params: [], code: true }
    held.add(mine)
    tell()
    loadDialog().catch(() => undefined)
    return () => {
      held.delete(mine)
      tell()
    }
  }, [shown])
}

interface Place {
  pathname: string
  search: object
}

/** Whether going there takes text away. */
export function losesText({ current, next }: { current: Place; next: Place }): boolean {
  if (current.pathname !== next.pathname) return held.size > 0
  const value = (place: Place, name: string) => new Map<string, unknown>(Object.entries(place.search)).get(name)
  return [...held].some((x) => x.params.some((name) => value(current, name) !== value(next, name)))
}

/** For what leaves the page without a navigation, as another role does: resolves to whether the person will. */
export function mayLeave(): Promise<boolean> {
  if (held.size === 0) return Promise.resolve(true)
  return new Promise((resolve) => {
    asked = (leave) => {
      asked = undefined
      resolve(leave)
      tell()
    }
    tell()
  })
}

/** The person has said yes: the browser need not ask once more. */
export function letGo(): void {
  held.clear()
  tell()
}
