import { useEffect, useRef, type KeyboardEvent } from 'react'
import { mayLeave } from './unsaved'

/** A form that opens in the page: its first field takes the focus, or the heading that says what it does, and Escape closes it, after a question when text would be lost. */
export function useOpened(cancel: () => void) {
  const box = useRef<HTMLFormElement>(null)
  useEffect(() => {
    box.current?.scrollIntoView({ block: 'nearest' })
    const first = box.current?.querySelector<HTMLElement>('input, select, textarea') ?? box.current?.querySelector<HTMLElement>('[tabindex="-1"]')
    first?.focus({ preventScroll: true })
  }, [])
  return [box, (event: KeyboardEvent) => { if (event.key === 'Escape') void mayLeave().then((yes) => { if (yes) cancel() }) }] as const
}
