import type { Schemas } from '../../api/client'
import { useFormat, useWords } from '../../i18n'
import { Tag } from '../../ui/Tag'

export { StateTag, states, type State } from '../../ui/AccessionState'

/** Who took a step: a municipality is not told the names of the secretariat's people. */
export function useTaker(): (step?: { by?: string; capacity: Schemas['AccessionStepTaken']['capacity'] }) => string {
  const { t } = useWords()
  return (step) => step?.by ?? t(step?.capacity === 'mandate' ? 'accession.secretariat' : 'accession.nobody')
}

/** What an act is called on the page of an agreement, or of an amendment to one. */
export function useActName({ accession }: Schemas['AccessionDetail']): (act: Schemas['AccessionAct']) => string {
  const { t } = useWords()
  return (act) => t(act === 'accept' && accession.kind === 'amendment' ? 'amendment.accept' : `accession.act.${act}`)
}

/** The day on which the organisation should have decided. */
export function Due({ detail: { due, late } }: { detail: Schemas['AccessionDetail'] }) {
  const { t } = useWords()
  const f = useFormat()
  if (due === undefined) return null
  return <>{f.date(due)}{late && <> <Tag tone="overdue">{t('accession.overdue')}</Tag></>}</>
}
