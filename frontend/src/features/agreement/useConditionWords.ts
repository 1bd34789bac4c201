import { useCallback } from 'react'
import type { Schemas } from '../../api/client'
import { useWords } from '../../i18n'

type Field = Schemas['Field']
type Condition = Schemas['Condition']

/** A condition as a person says it: "Overførsel til tredjelande" er "tilladt". */
export function useConditionWords(fields: Field[]): (c: Condition) => string {
  const { t } = useWords()
  return useCallback(
    (condition) => {
      const print = (field: Field | undefined, value: unknown): string => {
        if (typeof value === 'boolean') return value ? t('common.yes') : t('common.no')
        return field?.choices?.find((x) => x.value === value)?.label ?? String(value)
      }
      const say = (c: Condition): string => {
        if (c.all) return c.all.map(say).join(t('form.condition.and'))
        if (c.any) return c.any.map(say).join(t('form.condition.or'))
        if (c.not) return t('form.condition.not', { what: say(c.not) })
        const of = fields.find((x) => x.path === c.path)
        const field = of?.label ?? c.path ?? ''
        if (c.set !== undefined) return t(c.set ? 'form.condition.set' : 'form.condition.empty', { field })
        if (c.above !== undefined) return t('form.condition.above', { field, value: c.above })
        if (c.below !== undefined) return t('form.condition.below', { field, value: c.below })
        const wanted: unknown[] = c.in ?? [c.equals]
        return t('form.condition.is', { field, value: wanted.map((x) => print(of, x)).join(t('form.condition.or')) })
      }
      return say(condition)
    },
    [fields, t],
  )
}
