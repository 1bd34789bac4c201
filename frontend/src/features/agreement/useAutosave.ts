import { useEffect, useState, useSyncExternalStore } from 'react'
import { api, unwrap } from '../../api/client'
import { setExpired } from '../../session'
import { isUnauthenticated } from '../../api/problem'
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
        send: async (base, value) => {
          try {
            return await unwrap(api.PATCH('/api/v1/agreements/{id}/answers', { params: { path: { id: agreement } }, body: { path, base, value } }))
          } catch (error) {
            if (isUnauthenticated(error)) setExpired(true)
            throw error
          }
        },
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
