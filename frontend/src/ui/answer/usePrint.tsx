import { useCallback, type ReactNode } from 'react'
import type { Schemas } from '../../api/client'
import { useFormat, useWords } from '../../i18n'
import { TextTable } from '../TextTable'
import { printWhole } from './whole'

type Field = Schemas['Field']

/** An answer as a person reads it; rows are a table. */
export function usePrint(): (field: Field, value: unknown) => ReactNode {
  const { t } = useWords()
  const f = useFormat()
  return useCallback(
    (field, value) => {
      const words = (of: Field, one: unknown): string => {
        if (typeof one === 'boolean') return one ? t('common.yes') : t('common.no')
        if (typeof one !== 'string' && typeof one !== 'number') return ''
        if (typeof one === 'number') return printWhole(one, f.lang)
        if (of.type === 'date') return f.date(one)
        if (of.type === 'country') return f.country(one)
        return of.choices?.find((c) => c.value === one)?.label ?? one
      }
      if (value === undefined || value === null || value === '') return t('common.notGiven')
      if (!Array.isArray(value)) return [words(field, value), field.unit].filter(Boolean).join(' ')
      if (field.type !== 'rows') return value.map((one: unknown) => words(field, one)).join(', ')
      const columns = field.columns ?? []
      return <TextTable head={columns.map((c) => c.label)} rows={value.map((row: Record<string, unknown>) => columns.map((c) => words(c, row[c.path])))} />
    },
    [f, t],
  )
}
