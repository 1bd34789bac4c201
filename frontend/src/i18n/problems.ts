import { ApiError } from '../api/problem'
import { currentLanguage, i18n } from './index'

/** The sentence for a refusal; an unknown code gets the sentence for `internal`. */
export function problemSentence(code: string): string {
  const all = i18n.getResourceBundle(currentLanguage(), 'problems') as Record<string, string> | undefined
  return all?.[code] ?? all?.internal ?? code
}

/** The sentence for one refused field; the codes of the contract's own rules come without their area. */
export function fieldSentence(code: string): string {
  return problemSentence(code.includes('.') ? code : `field.${code}`)
}

/** What went wrong, in words a person can act on. */
export function errorSentence(error: unknown): string {
  if (error instanceof ApiError) return error.code === 'offline' ? i18n.t('error.offline') : problemSentence(error.code)
  return problemSentence('internal')
}
