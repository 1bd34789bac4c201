import { useCallback, type ReactNode } from 'react'
import type { Schemas } from '../../api/client'
import { useFormat, useWords } from '../../i18n'
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
      return (
        <table className="k-texttable">
          <thead><tr>{field.columns?.map((c) => <th key={c.path} scope="col">{c.label}</th>)}</tr></thead>
          <tbody>
            {value.map((row: Record<string, unknown>, i) => (
              <tr key={i}>{field.columns?.map((c) => <td key={c.path}>{words(c, row[c.path])}</td>)}</tr>
            ))}
          </tbody>
        </table>
      )
    },
    [f, t],
  )
}
