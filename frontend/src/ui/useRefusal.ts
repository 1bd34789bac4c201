import { useState } from 'react'
import { ApiError, type StaleDetail } from '../api/problem'
import { fieldSentence } from '../i18n/problems'

/** What the server refused, kept until the next try. Anything that is no refusal is thrown on. */
export function useRefusal() {
  const [error, setError] = useState<ApiError>()
  const stale: StaleDetail | undefined = error?.stale
  return {
    error,
    stale,
    /** The sentence for one field, if that was refused. */
    of: (name: string): string | undefined => {
      const field = error?.fields.find((x) => x.pointer.endsWith(`/${name}`))
      return field && (field.message ? `${field.message}: ${fieldSentence(field.code)}` : fieldSentence(field.code))
    },
    clear: () => setError(undefined),
    take: (refusal: unknown) => {
      if (!(refusal instanceof ApiError)) throw refusal
      setError(refusal)
    },
  }
}
