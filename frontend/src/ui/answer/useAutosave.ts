import { useEffect, useState, useSyncExternalStore } from 'react'
import { Saver, type Answer } from './saver'

export interface Autosaved {
  /** What the field belongs to: "agreement.7". */
  record: string
  path: string
  answer: Answer | undefined
  send: (base: number, value: unknown) => Promise<Answer>
  onSaved: (answer: Answer) => void
}

/** The saver of one field, for as long as the field is on the page. */
export function useAutosave({ record, path, answer, send, onSaved }: Autosaved) {
  const [saver] = useState(() => new Saver({ record, path, answer, onSaved, send }))
  const snapshot = useSyncExternalStore(saver.subscribe, saver.read)
  useEffect(() => saver.arrived(answer), [saver, answer])
  useEffect(() => {
    saver.start()
    const online = () => saver.flush()
    window.addEventListener('online', online)
    return () => {
      window.removeEventListener('online', online)
      saver.flush()
    }
  }, [saver])
  return { saver, ...snapshot }
}
