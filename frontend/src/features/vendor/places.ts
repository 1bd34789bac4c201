import type { Schemas } from '../../api/client'
import { useFormat, useWords } from '../../i18n'
import type { Filter } from '../../ui/ListPage'
import type { Tone } from '../../ui/Tag'

/** A place in words: a country, EU for one that is not given, EPO for the organisation. */
export function usePlace(): (code: string) => string {
  const { t } = useWords()
  const f = useFormat()
  return (code) => (code === 'EU' ? t('territory.someEEA') : code === 'EPO' ? t('territory.EPO') : f.country(code))
}

export const statusTone: Record<Schemas['TransferStatus'], Tone> = { eea: 'ok', adequate: 'ok', safeguarded: 'attention', unknown: 'attention', no_basis: 'overdue' }

/** From worst to best: the first is what somebody must do something about. */
export const statuses = ['no_basis', 'unknown', 'safeguarded', 'adequate', 'eea'] as const

/** The choice of what a transfer comes to, for the filters of a page. */
export function useStatusFilter(value: Schemas['TransferStatus'] | undefined): Filter {
  const { t } = useWords()
  return { key: 'status', label: t('chain.transfer'), value, all: t('list.all'), options: statuses.map((s) => ({ value: s, label: t(`chain.status.${s}`) })) }
}
