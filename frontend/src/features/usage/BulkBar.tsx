import { useId, useState } from 'react'
import { useFormat, useWords } from '../../i18n'
import { parseDate } from '../../i18n/format'
import { cellValue, type Pasted } from './cells'
import type { Field, Person, State, Usage } from './queries'

interface Props {
  chosen: Usage[]
  people: Person[]
  onShow: (pasted: Pasted) => void
  onClear: () => void
}

const fields = ['agreement', 'responsible', 'owner', 'localOwner', 'caseNumber', 'to'] as const
const settable: State[] = ['own', 'kl_kombit', 'not_needed', 'missing']

/** One value for every chosen row. Nothing is written before the preview has been seen. */
export function BulkBar({ chosen, people, onShow, onClear }: Props) {
  const { t } = useWords()
  const f = useFormat()
  const id = useId()
  const [field, setField] = useState<(typeof fields)[number]>('agreement')
  const [value, setValue] = useState('own')
  const [reason, setReason] = useState('')
  const needs = field === 'agreement' && value === 'not_needed'
  const show = () => {
    const set = (f: Field, v: string) => chosen.map((u) => ({ usage: u.id, field: f, base: cellValue(u, f), value: v }))
    const typed = field === 'to' ? (parseDate(value) ?? value) : value
    onShow({ changes: [...set(field, typed), ...(needs ? set('reason', reason) : [])], readOnly: 0, below: 0 })
  }
  return (
    <form className="k-bulk" aria-label={t('usage.bulk.title')} onSubmit={(event) => { event.preventDefault(); show() }}>
      <p className="k-bulk__count" role="status">{t('usage.bulk.chosen', { count: chosen.length, formatted: f.number(chosen.length) })}</p>
      <div className="k-control">
        <label htmlFor={`${id}-field`}>{t('usage.bulk.field')}</label>
        <select id={`${id}-field`} className="form-select" value={field} onChange={(event) => {
          const next = event.target.value as (typeof fields)[number]
          setField(next)
          setValue(next === 'agreement' ? 'own' : '')
        }}>
          {fields.map((x) => <option key={x} value={x}>{t(`usage.field.${x}`)}</option>)}
        </select>
      </div>
      <div className="k-control">
        <label htmlFor={`${id}-value`}>{field === 'to' ? t('usage.bulk.valueDate') : t('usage.bulk.value')}</label>
        {field === 'agreement' ? (
          <select id={`${id}-value`} className="form-select" value={value} onChange={(event) => setValue(event.target.value)}>
            {settable.map((s) => <option key={s} value={s}>{t(`usage.state.${s}`)}</option>)}
          </select>
        ) : field === 'responsible' || field === 'owner' ? (
          <select id={`${id}-value`} className="form-select" value={value} onChange={(event) => setValue(event.target.value)}>
            <option value="">{t('usage.nobody')}</option>
            {people.map((p) => <option key={p.id} value={p.id}>{p.name}</option>)}
          </select>
        ) : (
          <input id={`${id}-value`} className="form-input" value={value} maxLength={200} autoComplete="off" onChange={(event) => setValue(event.target.value)} />
        )}
      </div>
      {needs && (
        <div className="k-control k-control--search">
          <label htmlFor={`${id}-reason`}>{t('usage.reasonWhy')}</label>
          <input id={`${id}-reason`} className="form-input" value={reason} required maxLength={500} autoComplete="off" onChange={(event) => setReason(event.target.value)} />
        </div>
      )}
      <button type="submit" className="button button-primary">{t('usage.bulk.show')}</button>
      <button type="button" className="k-textbutton" onClick={onClear}>{t('usage.bulk.clear')}</button>
    </form>
  )
}
