import { useMemo, useState, type ReactNode } from 'react'
import type { Schemas } from '../../api/client'
import { useFormat, useWords } from '../../i18n'
import { Alert } from '../Alert'
import { readTabs, tableOf, type Grid } from '../clipboard'
import { Icon } from '../Icon'
import { Tag, type Tone } from '../Tag'
import { useUnsaved } from '../unsaved'
import { guess, held, mayTake, readCell, rowsOf, taken, takenUnasked, writes, type Incoming, type Reading, type Standing } from './intake'
import { Pager } from './Pager'
import { mostRows, type TextRow } from './rows'

type Field = Schemas['Field']

interface Props {
  id: string
  columns: Field[]
  rows: TextRow[]
  isCountry: (code: string) => boolean
  /** What the rows become, and how many were added and changed. */
  put: (next: TextRow[], added: number, changed: number) => void
  close: () => void
}

/** A table from Word or Excel: pasted, its columns looked at, and its rows held against those that stand there. */
export function PasteIntake(props: Props) {
  const { t } = useWords()
  const [grid, setGrid] = useState<Grid>()
  const [reading, setReading] = useState<Reading>({ heading: false, order: [] })
  const [text, setText] = useState('')
  const { columns, id } = props
  const read = (table: Grid) => {
    if (table.length === 0) return
    setReading(guess(columns, table))
    setGrid(table)
  }
  const coming = useMemo(() => grid && rowsOf(columns, grid, reading), [columns, grid, reading])
  return (
    <Panel title={t('form.rows.pasteTitle')} id={id} close={props.close}>
      {!grid || !coming ? (
        <>
          <label htmlFor={`${id}-paste`}>{t('form.rows.pasteLabel')}</label>
          <textarea id={`${id}-paste`} className="form-input k-paste" rows={4} wrap="off" spellCheck={false} value={text} onChange={(event) => setText(event.target.value)}
            onPaste={(event) => {
              const table = tableOf(event.clipboardData)
              if (!table) return
              event.preventDefault()
              read(table)
            }} />
          <p className="k-actions"><button type="button" className="button button-secondary button-small" onClick={() => read(readTabs(text))}>{t('form.rows.read')}</button></p>
        </>
      ) : (
        <>
          <ColumnChoice id={id} columns={columns} grid={grid} reading={reading} change={setReading} />
          <Review key={JSON.stringify(reading)} {...props} coming={coming} />
        </>
      )}
    </Panel>
  )
}

/** Rows that are known elsewhere, held against those that stand there. */
export function TakeIntake({ coming, ...props }: Props & { coming: TextRow[] }) {
  const { t } = useWords()
  return (
    <Panel title={t('form.rows.takeTitle')} id={props.id} close={props.close}>
      {coming.length === 0 ? <p>{t('form.rows.takeNone')}</p> : <Review {...props} coming={coming} absent />}
    </Panel>
  )
}

function Panel({ id, title, close, children }: { id: string; title: string; close: () => void; children: ReactNode }) {
  const { t } = useWords()
  return (
    <section className="k-intake" aria-labelledby={`${id}-intake`}>
      <div className="k-intake__head">
        <h4 id={`${id}-intake`} tabIndex={-1}>{title}</h4>
        <button type="button" className="k-textbutton" onClick={close}><Icon name="close" />{t('form.rows.close')}</button>
      </div>
      {children}
    </section>
  )
}

/** Which question each column answers; a column that answers none is named, so that nothing is left behind unseen. */
function ColumnChoice({ id, columns, grid, reading, change }: { id: string; columns: Field[]; grid: Grid; reading: Reading; change: (to: Reading) => void }) {
  const { t } = useWords()
  const example = (i: number) => grid.slice(reading.heading ? 1 : 0).map((line) => line[i] ?? '').find((x) => x !== '') ?? ''
  return (
    <fieldset className="k-intake__columns">
      <legend>{t('form.rows.columns')}</legend>
      {reading.order.map((path, i) => (
        <div key={i}>
          <label htmlFor={`${id}-column-${i}`}>{(reading.heading && grid[0]?.[i]) || t('form.rows.columnNo', { no: i + 1 })}</label>
          <select id={`${id}-column-${i}`} className="form-select" value={path} aria-describedby={`${id}-column-${i}-example`}
            onChange={(event) => change({ ...reading, order: reading.order.map((x, k) => (k === i ? event.target.value : x === event.target.value ? '' : x)) })}>
            <option value="">{t('form.rows.columnUnused')}</option>
            {columns.map((c) => <option key={c.path} value={c.path}>{c.label}</option>)}
          </select>
          <span className="k-quiet" id={`${id}-column-${i}-example`} dir="auto">{example(i).slice(0, 60) || '–'}</span>
        </div>
      ))}
      <label className="k-check"><input type="checkbox" checked={reading.heading} onChange={(event) => change({ ...reading, heading: event.target.checked })} /> {t('form.rows.heading')}</label>
    </fieldset>
  )
}

const tones: Record<Standing, Tone> = { new: 'ok', fills: 'ok', differs: 'attention', same: 'none', twice: 'attention', bad: 'overdue' }
const standings = ['new', 'fills', 'differs', 'twice', 'bad', 'same'] as const
const perPage = 50

interface ReviewProps extends Props {
  coming: TextRow[]
  /** Rows of the table that are not among those that come are told. */
  absent?: boolean
}

/** Row by row: what is new, what would be changed to what, what is wrong. What is not taken stays here. */
function Review({ id, columns, rows, coming, isCountry, put, close, absent }: ReviewProps) {
  const { t } = useWords()
  const f = useFormat()
  const [left, setLeft] = useState(coming)
  const [ticks, setTicks] = useState<ReadonlyMap<number, boolean>>(new Map())
  const [only, setOnly] = useState<Standing>()
  const [page, setPage] = useState(0)
  const lines = useMemo(() => held(columns, rows, left, isCountry), [columns, rows, left, isCountry])
  const chosen = lines.filter((x, i) => mayTake(x) && (ticks.get(i) ?? takenUnasked(x)))
  const count = (s: Standing) => lines.filter((x) => x.standing === s).length
  const shown = lines.flatMap((x, i) => (only === undefined || x.standing === only ? [{ x, i }] : []))
  const added = chosen.filter((x) => x.at === undefined).length
  const over = taken(columns, rows, chosen).length - mostRows
  const untouched = absent ? rows.filter((_, i) => !lines.some((x) => x.at === i)).length : 0
  useUnsaved(!absent && lines.some((x) => x.standing !== 'same'))
  const take = () => {
    const next = taken(columns, rows, chosen)
    const rest = left.filter((_, i) => lines[i]?.standing !== 'same' && !chosen.some((x) => x === lines[i]))
    put(next, added, chosen.length - added)
    setTicks(new Map())
    setOnly(undefined)
    setPage(0)
    setLeft(rest)
    if (rest.length === 0) close()
  }
  const edit = (i: number, path: string, text: string) => setLeft(left.map((row, k) => (k === i ? { ...row, [path]: text } : row)))
  return (
    <>
      <div className="k-actions" role="group" aria-label={t('form.rows.show')}>
        {standings.filter((s) => count(s) > 0).map((s) => (
          <button key={s} type="button" className="k-chip" aria-pressed={only === s} onClick={() => { setOnly(only === s ? undefined : s); setPage(0) }}>
            <Tag tone={tones[s]}>{t(`form.rows.count.${s}`, { count: count(s) })}</Tag>
          </button>
        ))}
      </div>
      {untouched > 0 && <p className="k-quiet">{t('form.rows.absent', { count: untouched })}</p>}
      <table role="table" className="table k-table k-table--compact k-intake__table">
        <caption className="sr-only">{t('form.rows.reviewCaption')}</caption>
        <thead role="rowgroup"><tr role="row">{[t('form.rows.take'), ...columns.map((c) => c.label)].map((h) => <th key={h} role="columnheader" scope="col">{h}</th>)}</tr></thead>
        <tbody role="rowgroup">
          {shown.slice(page * perPage, (page + 1) * perPage).map(({ x, i }) => (
            <tr key={i} role="row">
              <td role="cell" data-label={t('form.rows.take')}><div className="k-cell">
                <label className="k-check"><input type="checkbox" disabled={!mayTake(x)} checked={mayTake(x) && (ticks.get(i) ?? takenUnasked(x))} onChange={(event) => setTicks(new Map(ticks).set(i, event.target.checked))} />
                  <span className="sr-only">{t('form.rows.takeRow', { row: i + 1 })}</span></label>
                <Tag tone={tones[x.standing]}>{t(`form.rows.standing.${x.standing}`, { row: (x.first ?? 0) + 1 })}</Tag>
              </div></td>
              {columns.map((c) => (
                <td key={c.path} role="cell" data-label={c.label}><div className="k-cell" dir="auto">
                  <Coming id={`${id}-coming-${i}-${c.path}`} column={c} line={x} old={x.at === undefined ? undefined : rows[x.at]} columns={columns} print={(text) => (c.type === 'country' && text ? f.country(text) : text)}
                    edit={(text) => edit(i, c.path, text)} />
                </div></td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <Pager page={page} pages={Math.ceil(shown.length / perPage)} go={setPage} label={t('form.rows.pagesComing')} />
      {over > 0 && <Alert kind="error"><p>{t('form.rows.tooMany', { most: mostRows, over })}</p></Alert>}
      <p className="k-actions">
        <button type="button" className="button button-primary" disabled={chosen.length === 0 || over > 0} onClick={take}>{t('form.rows.takeChosen', { count: chosen.length })}</button>
      </p>
    </>
  )
}

interface ComingProps {
  id: string
  column: Field
  columns: Field[]
  line: Incoming
  old: TextRow | undefined
  print: (text: string) => string
  edit: (text: string) => void
}

/** One cell that comes: as it would stand, with what it would overwrite, or open for correction where it is wrong. */
function Coming({ id, column, columns, line, old, print, edit }: ComingProps) {
  const { t } = useWords()
  const text = line.row[column.path] ?? ''
  const fault = line.faults.find((x) => x.path === column.path)
  const [at, setAt] = useState<string>()
  if (fault || at !== undefined) {
    return (
      <>
        <input id={id} className="form-input" aria-label={column.label} aria-invalid={fault ? true : undefined} aria-describedby={fault && `${id}-why`} value={at ?? text} autoComplete="off"
          onChange={(event) => setAt(event.target.value)} onBlur={() => { if (at !== undefined) edit(readCell(column, at)); setAt(undefined) }}
          onKeyDown={(event) => { if (event.key === 'Enter') { event.preventDefault(); event.currentTarget.blur() } }} />
        {fault && <span className="k-intake__why" id={`${id}-why`}><Icon name="error" />{t(`form.rows.why.${fault.wrong}`, { over: fault.over ?? 0 })}</span>}
      </>
    )
  }
  if (old && writes(columns, line.row, old).some((c) => c.path === column.path)) {
    const before = old[column.path] ?? ''
    return <>{before !== '' && <><del>{print(before)}</del>{' '}</>}<ins>{print(text)}</ins></>
  }
  return <>{print(text || (old?.[column.path] ?? '')) || '–'}</>
}
