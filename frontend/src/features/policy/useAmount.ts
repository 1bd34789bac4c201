import type { PolicyNumber } from '../../api/policy'
import { useFormat, useWords } from '../../i18n'

/** A value with what it counts, in words. */
export function useAmount() {
  const { t } = useWords()
  const f = useFormat()
  return (number: PolicyNumber, value: number): string =>
    number.unit === 'yes_no' ? (value > 0 ? t('common.yes') : t('common.no')) : t(`policy.unit.${number.unit}`, { count: value, formatted: f.number(value) })
}
