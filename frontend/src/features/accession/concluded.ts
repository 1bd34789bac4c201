import type { Schemas } from '../../api/client'

type Stood = Pick<Schemas['AccessionDetail'], 'current' | 'editable' | 'steps'>

/** Whether the organisation has concluded it, by the steps since it was last open. */
export function concluded({ steps }: Pick<Stood, 'steps'>): boolean {
  const since = steps.slice(steps.findLastIndex((s) => s.state === 'offered') + 1)
  return since.some((s) => s.state === 'accepted' || s.state === 'in_force')
}

/** What is said where the newest paper says less than the agreement: a final one is made only of what was concluded. */
export function paperLine(detail: Stood): 'notCurrent' | 'making' | 'noFinal' | undefined {
  if (detail.current) return undefined
  if (detail.editable) return 'notCurrent'
  return concluded(detail) ? 'making' : 'noFinal'
}

/** What an offered step is: the secretariat's release, or the organisation's opening it again. */
export function offering(steps: Stood['steps'], at: number): 'released' | 'reopened' | undefined {
  if (steps[at]?.state !== 'offered') return undefined
  return at === 0 || steps[at].capacity === 'job' ? 'released' : 'reopened'
}
