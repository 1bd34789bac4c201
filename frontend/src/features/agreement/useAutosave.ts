import { useEffect, useState, useSyncExternalStore } from 'react'
import { api, unwrap } from '../../api/client'
import { Saver, type Answer } from './saver'

export type Send = (path: string) => (base: number, value: unknown) => Promise<Answer>

interface Options {
  agreement: number | string
  path: string
  answer: Answer | undefined
  onSaved: (answer: Answer) => void
  /** Where it is sent, when that is not the agreement's own answers. */
  send?: Send
}

const toAgreement = (id: number): Send => (path) => (base, value) => unwrap(api.PATCH('/api/v1/agreements/{id}/answers', { params: { path: { id } }, body: { path, base, value } }))

/** The saver of one field, for as long as the field is on the page. */
export function useAutosave({ agreement, path, answer, onSaved, send }: Options) {
  const [saver] = useState(
    () =>
      new Saver({
        agreement,
        path,
        answer,
        onSaved,
        send: (send ?? toAgreement(Number(agreement)))(path),
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
