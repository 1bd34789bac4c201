import type { Schemas } from '../../api/client'
import { useWords } from '../../i18n'

export { StateTag, states, type State } from '../../ui/AccessionState'

/** Who took a step: a municipality is not told the names of the secretariat's people. */
export function useTaker(): (step?: { by?: string; capacity: Schemas['AccessionStepTaken']['capacity'] }) => string {
  const { t } = useWords()
  return (step) => step?.by ?? t(step?.capacity === 'mandate' ? 'accession.secretariat' : 'accession.nobody')
}
