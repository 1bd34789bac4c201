import { memo, useCallback, useLayoutEffect, useMemo, useRef, useState, type ClipboardEvent } from 'react'
import type { Schemas } from '../../api/client'
import { useFormat, useWords } from '../../i18n'
import { Alert } from '../Alert'
import { readTabs, tableOf } from '../clipboard'
import { countries } from '../countries'
import { errorSentence } from '../../i18n/problems'
import { Icon } from '../Icon'
import { readCell } from './intake'
import { Pager } from './Pager'
import { PasteIntake, TakeIntake } from './RowsIntake'
import { emptyRow, mostRows, pasted, rowFaults, rowsValue, textRows, type RowFault, type TextRow } from './rows'
import { same } from './saver'

type Field = Schemas['Field']

/** Somewhere else that knows rows for the table. */
export interface RowSource {
  label: string
  load: () => Promise<TextRow[]>
}

interface Props {
  field: Field
  id: string
  described: string
  shown: unknown
  change: (value: unknown) => void
  setWrong: (why: string | undefined) => void
  source?: RowSource
}

const perPage = 25
const told = 10 // faults that are named one by one

/** Rows that are written, pasted from a sheet or taken from elsewhere, and sent when each row has what it must have. */
export function RowsInput({ field, id, described, shown, change, setWrong, source }: Props) {
  const { t } = useWords()
  const f = useFormat()
  const columns = useMemo(() => field.columns ?? [], [field.columns])
  const isCountry = useCallback((code: string) => /^[A-Z]{2}$/.test(code) && f.country(code) !== code, [f])
  const [rows, setRows] = useState(() => textRows(field, shown))
  const [seen, setSeen] = useState(shown)
  const [page, setPage] = useState(0)
  const [undo, setUndo] = useState<{ rows: TextRow[]; says: string }>()
  const [intake, setIntake] = useState<'paste' | { coming: TextRow[] }>()
  const [failed, setFailed] = useState<unknown>()
  if (!same(seen, shown)) { // it changed elsewhere: the other's text kept, a suggestion used
    setSeen(shown)
    setRows(textRows(field, shown))
    setUndo(undefined)
  }
  const faults = useMemo(() => rowFaults(columns, rows, isCountry), [columns, rows, isCountry])
  const says = (x: RowFault) => t(`agreement.field.rows.${x.wrong}`, { row: x.row + 1, column: x.column, over: x.over ?? 0 })
  const put = (next: TextRow[], judge = false) => {
    setRows(next)
    const wrong = rowFaults(columns, next, isCountry)[0]
    if (wrong) {
      if (judge) setWrong(says(wrong))
      return
    }
    setWrong(undefined)
    const value = rowsValue(columns, next)
    setSeen(value)
    change(value)
  }
  const edit = useStable((i: number, path: string, text: string) => {
    setUndo(undefined)
    put(rows.map((r, k) => (k === i ? { ...r, [path]: text } : r)))
  })
  const leave = useStable(() => put(rows, true))
  const remove = useStable((i: number) => {
    setUndo({ rows, says: t('form.rows.removed', { row: i + 1 }) })
    put(rows.filter((_, k) => k !== i), true)
  })
  const paste = useStable((event: ClipboardEvent, row: number, column: number) => {
    const text = event.clipboardData.getData('text/plain')
    const grid = tableOf(event.clipboardData) ?? (text.trim().includes('\n') ? readTabs(text) : undefined)
    if (!grid || (grid.length === 1 && grid[0]?.length === 1)) return
    event.preventDefault()
    const next = pasted(columns, rows, row, column, grid, readCell)
    if (next.length > mostRows) {
      setWrong(t('form.rows.tooMany', { most: mostRows, over: next.length - mostRows }))
      return
    }
    setUndo({ rows, says: t('form.rows.pastedRows', { count: grid.length }) })
    put(next, true)
  })
  const take = (next: TextRow[], added: number, changed: number) => {
    setUndo({ rows, says: [t('form.rows.added', { count: added }), changed > 0 && t('form.rows.changed', { count: changed })].filter(Boolean).join(' ') })
    put(next, true)
  }
  const add = () => {
    setRows([...rows, emptyRow(columns)])
    jump(rows.length, 0)
  }
  const jump = (row: number, column: number) => {
    setPage(Math.floor(row / perPage))
    requestAnimationFrame(() => document.getElementById(`${id}-${row}-${column}`)?.focus())
  }
  const load = async () => {
    setFailed(undefined)
    try {
      const coming = await source?.load()
      if (coming) open({ coming })
    } catch (error) {
      setFailed(error)
    }
  }
  const open = (what: 'paste' | { coming: TextRow[] }) => {
    setIntake(what)
    requestAnimationFrame(() => document.getElementById(what === 'paste' ? `${id}-paste` : `${id}-intake`)?.focus())
  }
  const close = () => {
    setIntake(undefined)
    document.getElementById(id)?.focus()
  }
  const pages = Math.max(1, Math.ceil(rows.length / perPage))
  const at = Math.min(page, pages - 1)
  const panel = { id, columns, rows, isCountry, put: take, close }
  return (
    <div className="k-rows" role="group" aria-describedby={described} aria-label={field.label} id={id} tabIndex={-1}>
      {rows.length > 0 && <p className="k-quiet k-rows__count">{t('form.rows.total', { count: rows.length })}</p>}
      {undo && (
        <Alert kind="success" role="status"><p>{undo.says} <button type="button" className="k-textbutton" onClick={() => { setUndo(undefined); put(undo.rows, true) }}>{t('form.rows.undo')}</button></p></Alert>
      )}
      {faults.length > 0 && rows.length > 1 && (
        <details className="k-rows__faults"><summary><Icon name="error" />{t('form.rows.faults', { count: new Set(faults.map((x) => x.row)).size })}</summary>
          <ul className="k-plain">
            {faults.slice(0, told).map((x) => <li key={`${x.row}-${x.path}`}><button type="button" className="k-textbutton" onClick={() => jump(x.row, columns.findIndex((c) => c.path === x.path))}>{says(x)}</button></li>)}
            {faults.length > told && <li>{t('form.rows.faultsMore', { count: faults.length - told })}</li>}
          </ul>
        </details>
      )}
      {rows.slice(at * perPage, (at + 1) * perPage).map((row, k) => {
        const i = at * perPage + k
        return <Row key={i} id={id} at={i} row={row} columns={columns} edit={edit} leave={leave} remove={remove} paste={paste} />
      })}
      <Pager page={at} pages={pages} go={setPage} label={t('form.rows.pages', { label: field.label })} />
      <div className="k-rows__foot">
        <button type="button" className="button button-secondary button-small" disabled={rows.length >= mostRows} onClick={add}><Icon name="plus" />{t('agreement.field.rows.add')}</button>
        {source && <button type="button" className="button button-secondary button-small" onClick={() => void load()}>{source.label}</button>}
        <button type="button" className="button button-secondary button-small" onClick={() => open('paste')}>{t('form.rows.paste')}</button>
      </div>
      {failed !== undefined && <Alert kind="error" role="alert"><p>{errorSentence(failed)}</p></Alert>}
      {intake === 'paste' && <PasteIntake {...panel} />}
      {typeof intake === 'object' && <TakeIntake {...panel} coming={intake.coming} />}
    </div>
  )
}

/** A function that stays the same one, so that only the row that changed is drawn again. */
function useStable<A extends unknown[]>(act: (...args: A) => void): (...args: A) => void {
  const latest = useRef(act)
  useLayoutEffect(() => {
    latest.current = act
  })
  return useCallback((...args: A) => latest.current(...args), [])
}

interface RowProps {
  id: string
  at: number
  row: TextRow
  columns: Field[]
  edit: (at: number, path: string, text: string) => void
  leave: () => void
  remove: (at: number) => void
  paste: (event: ClipboardEvent, at: number, column: number) => void
}

const Row = memo(function Row({ id, at, row, columns, edit, leave, remove, paste }: RowProps) {
  const { t } = useWords()
  return (
    <div className="k-rows__row" role="group" aria-label={t('agreement.field.rows.row', { row: at + 1 })}>
      {columns.map((column, j) => (
        <Cell key={column.path} id={`${id}-${at}-${j}`} column={column} value={row[column.path] ?? ''} onPaste={(event) => paste(event, at, j)} onChange={(text) => edit(at, column.path, text)} onBlur={leave} />
      ))}
      <button type="button" className="k-textbutton" onClick={() => remove(at)}>
        <Icon name="close" />{t('agreement.field.rows.remove')}<span className="sr-only"> {at + 1}</span>
      </button>
    </div>
  )
})

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
