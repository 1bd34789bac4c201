import { useState } from 'react'
import { useWords } from '../../i18n'
import { Icon } from '../../ui/Icon'
import type { Condition, Field } from './blocks'
import { comparisons, fromWritten, toWritten, type Part, type Written } from './conditions'
import { useCondition } from './TemplateText'

interface Props {
  id: string
  label: string
  value: Condition | undefined
  fields: readonly Field[]
  onChange: (next: Condition | undefined) => void
}

/** On which answers something stands: comparisons in a row. What is deeper is told in words and can be taken off. */
export function ConditionForm({ id, label, value, fields, onChange }: Props) {
  const { t } = useWords()
  const words = useCondition(fields)
  const [written, setWritten] = useState<Written | undefined>(() => toWritten(value))
  const change = (next: Written) => {
    setWritten(next)
    onChange(fromWritten(next, fields))
  }
  if (!written) {
    return (
      <p className="k-when">
        {t('templates.when', { condition: words(value) })}{' '}
        <button type="button" className="k-textbutton" onClick={() => change({ join: 'all', parts: [] })}>{t('templates.dropCondition')}</button>
      </p>
    )
  }
  const { join, parts } = written
  const put = (at: number, next: Partial<Part>) => change({ join, parts: parts.map((p, i) => (i === at ? { ...p, ...next } : p)) })
  return (
    <fieldset className="k-cond">
      <legend className={parts.length === 0 ? 'sr-only' : ''}>{label}</legend>
      {parts.map((part, i) => {
        const field = fields.find((f) => f.path === part.path)
        return (
          <div key={i} className="k-cond__part">
            {i > 0 && (
              <select className="form-select" aria-label={t('templates.cond.join')} value={join} onChange={(event) => change({ join: event.target.value === 'any' ? 'any' : 'all', parts })}>
                <option value="all">{t('templates.and')}</option>
                <option value="any">{t('templates.or')}</option>
              </select>
            )}
            <select id={i === 0 ? id : undefined} className="form-select" aria-label={t('templates.cond.field')} value={part.path} onChange={(event) => put(i, { path: event.target.value, how: comparisons(fields.find((f) => f.path === event.target.value))[0] ?? 'set', value: '' })}>
              <option value="">{t('templates.cond.field')}</option>
              {fields.map((f) => <option key={f.path} value={f.path}>{f.label}</option>)}
            </select>
            <select className="form-select" aria-label={t('templates.cond.how')} value={part.how} onChange={(event) => put(i, { how: comparisons(field).find((h) => h === event.target.value) ?? 'set' })}>
              {comparisons(field).map((h) => <option key={h} value={h}>{t(`templates.cond.${h}`)}</option>)}
            </select>
            {part.how !== 'set' && part.how !== 'empty' && <Value part={part} field={field} set={(next) => put(i, { value: next })} />}
            <button type="button" className="k-textbutton" onClick={() => change({ join, parts: parts.filter((_, k) => k !== i) })}>{t('templates.removeBlock')}<span className="sr-only"> {t('templates.cond.one', { n: i + 1 })}</span></button>
          </div>
        )
      })}
      <button type="button" className="k-textbutton" onClick={() => change({ join, parts: [...parts, { path: '', how: 'set', value: '' }] })}><Icon name="plus" />{parts.length === 0 ? t('templates.cond.add') : t('templates.cond.more')}</button>
    </fieldset>
  )
}

function Value({ part, field, set }: { part: Part; field: Field | undefined; set: (value: string) => void }) {
  const { t } = useWords()
  const choices = field?.type === 'yes_no' ? [{ value: 'true', label: t('common.yes') }, { value: 'false', label: t('common.no') }] : field?.choices
  if (!choices) return <input className="form-input k-day" aria-label={t('templates.cond.value')} inputMode="numeric" autoComplete="off" value={part.value} onChange={(event) => set(event.target.value)} />
  return (
    <select className="form-select" aria-label={t('templates.cond.value')} value={part.value} onChange={(event) => set(event.target.value)}>
      <option value="">{t('templates.cond.value')}</option>
      {choices.map((c) => <option key={c.value} value={c.value}>{c.label}</option>)}
    </select>
  )
}
