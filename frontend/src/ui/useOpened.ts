import { useEffect, useRef, type KeyboardEvent } from 'react'

/** A form that opens in the page: it takes the focus, and Escape closes it. */
export function useOpened(cancel: () => void) {
  const box = useRef<HTMLFormElement>(null)
  useEffect(() => {
    box.current?.scrollIntoView({ block: 'nearest' })
    box.current?.querySelector<HTMLElement>('input, select, textarea')?.focus({ preventScroll: true })
  }, [])
  return [box, (event: KeyboardEvent) => { if (event.key === 'Escape') cancel() }] as const
}
