import type { Schemas } from '../../api/client'

type Check = Schemas['ReleaseCheck']

/** What stands in the way of a release and can be mended on the draft, counted by what a person has to do. */
export interface Obstacles {
  /** Rules broken and characters that the paper cannot show. */
  errors: number
  /** Questions without an answer. */
  fields: number
  /** Systems that another vendor delivers. */
  systems: number
  unamended: boolean
  /** Agreed clauses that were written to other answers. */
  clauses: number
  review: boolean
}

export function obstacles(check: Pick<Check, 'broken' | 'unset' | 'unanswered' | 'strayed' | 'unamended' | 'outdated' | 'review' | 'reviewRequired'>): Obstacles {
  return {
    errors: check.broken.filter((rule) => rule.severity === 'error').length + check.unset.length,
    fields: check.unanswered.length,
    systems: check.strayed.length,
    unamended: check.unamended,
    clauses: check.outdated.length,
    review: check.reviewRequired && check.review !== 'approved',
  }
}

/** `ret 2 fejl og udfyld 1 felt`: parts put together as a sentence lists them, with a capital. */
export function listed(parts: string[], lang: 'da' | 'en'): string {
  const all = new Intl.ListFormat(lang === 'da' ? 'da-DK' : 'en-GB', { type: 'conjunction' }).format(parts)
  return all.charAt(0).toUpperCase() + all.slice(1)
}
