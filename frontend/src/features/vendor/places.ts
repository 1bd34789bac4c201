import type { Schemas } from '../../api/client'
import { useFormat, useWords } from '../../i18n'
import type { Tone } from '../../ui/Tag'

/** A place in words: a country, EU for one that is not given, EPO for the organisation. */
export function usePlace(): (code: string) => string {
  const { t } = useWords()
  const f = useFormat()
  return (code) => (code === 'EU' ? t('territory.someEEA') : code === 'EPO' ? t('territory.EPO') : f.country(code))
}

export const statusTone: Record<Schemas['TransferStatus'], Tone> = { eea: 'ok', adequate: 'ok', safeguarded: 'attention', unknown: 'attention', no_basis: 'overdue' }
