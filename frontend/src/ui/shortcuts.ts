import { useEffect, useSyncExternalStore } from 'react'

// Single-key shortcuts can be turned off (WCAG 2.1.4) and never act while a person types.
const key = 'klausul.shortcuts'
const listeners = new Set<() => void>()
const read = (): boolean => localStorage.getItem(key) !== 'off'

export function setShortcuts(on: boolean): void {
  localStorage.setItem(key, on ? 'on' : 'off')
  for (const listener of listeners) listener()
}

export function useShortcutsOn(): boolean {
  return useSyncExternalStore((listener) => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }, read)
}

/** Where keys are a person's text, or belong to what is open on top. */
export function typing(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.matches('input:not([type=checkbox]), textarea, select') || target.closest('[role=dialog], [role=alertdialog], [role=menu], [role=listbox]') !== null)
  )
}

/** Calls the handler for its key while the component is on the page. */
export function useShortcuts(handlers: Record<string, (event: KeyboardEvent) => void>): void {
  const on = useShortcutsOn()
  useEffect(() => {
    if (!on) return
    const listen = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || typing(event.target)) return
      handlers[event.key]?.(event)
    }
    document.addEventListener('keydown', listen)
    return () => document.removeEventListener('keydown', listen)
  })
}
