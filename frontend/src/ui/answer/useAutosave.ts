import { useEffect, useState, useSyncExternalStore } from 'react'
import { api, unwrap } from '../../api/client'
import { Saver, type Answer } from './saver'

interface Options {
  agreement: number
  path: string
  answer: Answer | undefined
  onSaved: (answer: Answer) => void
}

/** The saver of one field, for as long as the field is on the page. */
export function useAutosave({ agreement, path, answer, onSaved }: Options) {
  const [saver] = useState(
    () =>
      new Saver({
        agreement,
        path,
        answer,
        onSaved,
        send: (base, value) => unwrap(api.PATCH('/api/v1/agreements/{id}/answers', { params: { path: { id: agreement } }, body: { path, base, value } })),
      }),
  )
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
