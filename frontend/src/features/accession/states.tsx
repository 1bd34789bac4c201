import type { Schemas } from '../../api/client'
import { useWords } from '../../i18n'

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
