import type { Schemas } from '../../api/client'
import { useFormat, useWords } from '../../i18n'
import { compare } from '../../i18n/format'
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

const codes = ('AD AE AR AT AU BE BG BR CA CH CL CN CR CY CZ DE DK EE ES FI FO FR GB GE GG GI GL GR HK HR HU IE IL IM IN IS IT JE JP KE KR LI LT LU LV MA MC MD ME MK MT MU MX MY NG NL NO NZ '
  + 'PE PH PK PL PT RO RS SE SG SI SK SM TH TN TR TW UA US UY VN ZA').split(' ')

/** Where a vendor can be, by name, with the one that stands there already. */
export const countries = (f: ReturnType<typeof useFormat>, now = 'DK') =>
  [...new Set([...codes, now])].map((value) => ({ value, label: f.country(value) })).sort((a, b) => compare(a.label, b.label, f.lang))
