import { useState } from 'react'
import { ApiError, type StaleDetail } from '../api/problem'
import { fieldSentence } from '../i18n/problems'

/** One act of a person: what it was refused with, and whether it is on its way. */
export function useAct() {
  const [sending, setSending] = useState(false)
  const [stale, setStale] = useState<StaleDetail>()
  const [error, setError] = useState<ApiError>()
  const [attempt, setAttempt] = useState(0)
  return {
    sending,
    stale,
    error,
    attempt,
    clear: () => {
      setStale(undefined)
      setError(undefined)
    },
    /** Runs it once at a time; true when it was done. */
    run: async (act: () => Promise<void>): Promise<boolean> => {
      if (sending) return false
      setSending(true)
      setStale(undefined)
      setError(undefined)
      try {
        await act()
        return true
      } catch (refusal) {
        if (!(refusal instanceof ApiError)) throw refusal
        if (refusal.stale) setStale(refusal.stale)
        else setError(refusal)
        setAttempt((n) => n + 1)
        return false
      } finally {
        setSending(false)
      }
    },
    /** What the server says of one part of what was sent. */
    says: (name: string): string | undefined => {
      const field = error?.fields.find((x) => x.pointer.endsWith(`/${name}`))
      return field && fieldSentence(field.code)
    },
  }
}
