import { useState, type ClipboardEvent } from 'react'
import type { Schemas } from '../../api/client'
import { useFormat, useWords } from '../../i18n'
import { countries } from '../countries'
import { Icon } from '../Icon'
import { emptyRow, pasted, readRows, textRows, type TextRow } from './rows'
import { same } from './saver'

type Field = Schemas['Field']

interface Props {
  field: Field
  id: string
  described: string
  shown: unknown
  change: (value: unknown) => void
  setWrong: (why: string | undefined) => void
}

/** Rows that are written or pasted from a sheet, and sent when each row has what it must have. */
export function RowsInput({ field, id, described, shown, change, setWrong }: Props) {
  const { t } = useWords()
  const f = useFormat()
  const columns = field.columns ?? []
  const isCountry = (code: string) => /^[A-Z]{2}$/.test(code) && f.country(code) !== code
  const [rows, setRows] = useState(() => textRows(field, shown))
  const [seen, setSeen] = useState(shown)
  if (!same(seen, shown)) { // it changed elsewhere: the other's text kept, a suggestion used
    setSeen(shown)
    setRows(textRows(field, shown))
  }
  const put = (next: TextRow[], judge = false) => {
    setRows(next)
    const got = readRows(columns, next, isCountry)
    if ('wrong' in got) {
      if (judge) setWrong(t(`agreement.field.rows.${got.wrong}`, { row: got.row + 1, column: got.column, over: got.over ?? 0 }))
      return
    }
    setWrong(undefined)
    setSeen(got.value)
    change(got.value)
  }
  const paste = (event: ClipboardEvent, row: number, column: number) => {
    const text = event.clipboardData.getData('text/plain')
    if (!/[\t\n]/.test(text.trim())) return
    event.preventDefault()
    put(pasted(columns, rows, row, column, text), true)
  }
  const add = () => {
    setRows([...rows, emptyRow(columns)])
    requestAnimationFrame(() => document.getElementById(`${id}-${rows.length}-0`)?.focus())
  }
  return (
    <div className="k-rows" role="group" aria-describedby={described} aria-label={field.label} id={id} tabIndex={-1}>
      {rows.map((row, i) => (
        <div key={i} className="k-rows__row" role="group" aria-label={t('agreement.field.rows.row', { row: i + 1 })}>
          {columns.map((column, j) => (
            <Cell key={column.path} id={`${id}-${i}-${j}`} column={column} value={row[column.path] ?? ''} onPaste={(event) => paste(event, i, j)}
              onChange={(text) => put(rows.map((r, k) => (k === i ? { ...r, [column.path]: text } : r)))} onBlur={() => put(rows, true)} />
          ))}
          <button type="button" className="k-textbutton" onClick={() => put(rows.filter((_, k) => k !== i), true)}>
            <Icon name="close" />{t('agreement.field.rows.remove')}<span className="sr-only"> {i + 1}</span>
          </button>
        </div>
      ))}
      <div className="k-rows__foot">
        <button type="button" className="button button-secondary button-small" onClick={add}><Icon name="plus" />{t('agreement.field.rows.add')}</button>
        <span className="k-quiet">{t('agreement.field.rows.paste')}</span>
      </div>
    </div>
  )
}

interface CellProps {
  id: string
  column: Field
  value: string
  onChange: (text: string) => void
  onBlur: () => void
  onPaste: (event: ClipboardEvent) => void
}

function Cell({ id, column, value, onChange, onBlur, onPaste }: CellProps) {
  const { t } = useWords()
  const f = useFormat()
  const label = <label htmlFor={id}>{column.label}{!column.required && <span className="k-quiet"> ({t('common.optional')})</span>}</label>
  const common = { id, value, onBlur, onChange: (event: { target: { value: string } }) => onChange(event.target.value) }
  if (column.type === 'country' || column.type === 'choice') {
    const options = column.type === 'choice' ? (column.choices ?? []) : countries(f)
    return (
      <div className="k-rows__cell">
        {label}
        <select {...common} className="form-select">
          <option value="">{t('agreement.field.choose')}</option>
          {value !== '' && !options.some((o) => o.value === value) && <option value={value}>{value}</option>}
          {options.map((o) => <option key={o.value} value={o.value}>{o.label}</option>)}
        </select>
      </div>
    )
  }
  return (
    <div className="k-rows__cell">
      {label}
      <input {...common} className="form-input" onPaste={onPaste} inputMode={column.type === 'integer' ? 'numeric' : undefined} autoComplete="off" dir="auto" />
    </div>
  )
}
