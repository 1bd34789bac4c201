import { memo, useSyncExternalStore, type MouseEvent } from 'react'
import { useWords } from '../../i18n'
import { problemSentence } from '../../i18n/problems'
import { CellEditor } from './CellEditor'
import { cellValue } from './cells'
import type { GridColumn } from './columns'
import type { Edits, RowEdits } from './edits'
import type { Field, Person, Usage } from './queries'

export interface RowProps {
  usage: Usage
  at: number
  columns: GridColumn[]
  edits: Edits
  people: Person[]
  shown: (field: Field, value: string) => string
  editable: boolean
  selected: boolean
  /** The column that is being edited in this row, and the text it begins with. */
  editing: { column: string; start?: string } | undefined
  onSelect: (at: number, range: boolean) => void
  onEdit: (at: number, column: string) => void
  onDone: (at: number, column: string, values: { field: Field; value: string }[] | undefined, go: 'down' | 'right' | 'left' | 'stay') => void
}

export const cellId = (usage: number, column: string): string => `u${usage}-${column}`

/** One usage. It draws itself anew only when something of its own changes: there are 600 of them. */
export const Row = memo(function Row(props: RowProps) {
  const { usage: u, at, columns, edits, editable, selected, editing } = props
  const { t } = useWords()
  const mine = useSyncExternalStore(edits.subscribe, () => edits.row(u.id))
  return (
    <tr role="row" aria-rowindex={at + 2} aria-selected={editable ? selected : undefined} data-at={at} className={selected ? 'k-grid__chosen' : undefined}>
      {editable && (
        <td role="gridcell" className="k-grid__check">
          <input type="checkbox" tabIndex={-1} checked={selected} aria-label={t('usage.choose', { name: u.system.name })}
            onChange={(event) => props.onSelect(at, event.nativeEvent instanceof MouseEvent && event.nativeEvent.shiftKey)} />
        </td>
      )}
      {columns.map((c) => {
        const open = editing?.column === c.id && c.field
        const canEdit = editable && c.field !== undefined
        const id = cellId(u.id, c.id)
        const classes = [c.main ? 'k-main' : '', c.numeric ? 'k-num' : '', canEdit ? 'k-grid__can' : '', state(mine, c.field)].filter(Boolean).join(' ')
        const inside = open ? (
          <CellEditor field={open} usage={u} start={editing.start} refused={mine.errors[open]?.value} people={props.people} onRefuse={(value, code) => edits.refuse(u.id, open, value, code)}
            onDone={(values, go) => props.onDone(at, c.id, values, go)} />
        ) : (
          <Content c={c} u={u} mine={mine} edits={edits} shown={props.shown} onMend={() => props.onEdit(at, c.id)} />
        )
        const common = { id, className: classes || undefined, tabIndex: -1, 'data-column': c.id, ...(canEdit && !open && opensBy(() => props.onEdit(at, c.id))) }
        return c.main ? (
          <th key={c.id} {...common} role="rowheader" scope="row">{inside}</th>
        ) : (
          <td key={c.id} {...common} role="gridcell" data-label={c.head} aria-readonly={canEdit ? undefined : true}><div className="k-cell">{inside}</div></td>
        )
      })}
    </tr>
  )
})

/** A mouse opens a cell with two clicks, a finger with one: it has no key to begin with. */
const opensBy = (open: () => void) => ({
  onDoubleClick: open,
  onClick: (event: MouseEvent) => {
    const touched = event.nativeEvent instanceof PointerEvent && event.nativeEvent.pointerType === 'touch'
    if (touched && !(event.target instanceof Element && event.target.closest('a, button, input, select'))) open()
  },
})

function state(mine: RowEdits, field: Field | undefined): string {
  if (!field) return ''
  if (mine.conflicts[field]) return 'k-grid__conflict'
  if (mine.errors[field]) return 'k-grid__error'
  return field in mine.pending ? 'k-grid__pending' : ''
}

function Content({ c, u, mine, edits, shown, onMend }: { c: GridColumn; u: Usage; mine: RowEdits; onMend: () => void } & Pick<RowProps, 'edits' | 'shown'>) {
  const { t } = useWords()
  const field = c.field
  if (!field) return c.cell(u)
  const conflict = mine.conflicts[field]
  if (conflict) {
    return (
      <>
        <span className="k-grid__pair"><strong>{t('usage.theirs', { who: conflict.by ?? '' })}</strong> {shown(field, conflict.theirs)}</span>
        <span className="k-grid__pair"><strong>{t('usage.yours')}</strong> {shown(field, conflict.yours)}</span>
        <span className="k-grid__acts">
          <button type="button" className="k-textbutton k-textbutton--row" onClick={() => edits.submit('edit', [{ usage: u.id, field, base: conflict.theirs, value: conflict.yours }])}>{t('usage.takeYours')}</button>
          <button type="button" className="k-textbutton k-textbutton--row" onClick={() => edits.drop(u.id, field)}>{t('usage.takeTheirs')}</button>
        </span>
      </>
    )
  }
  const error = mine.errors[field]
  if (error) {
    return (
      <>
        <span className="k-grid__pair"><strong>{t('usage.notSaved')}</strong> {shown(field, error.value)}</span>
        <span className="k-grid__why">{problemSentence(error.code)}</span>
        <span className="k-grid__acts">
          <button type="button" className="k-textbutton k-textbutton--row" onClick={onMend}>{t('usage.mendError')}</button>
          <button type="button" className="k-textbutton k-textbutton--row" onClick={() => edits.drop(u.id, field)}>{t('usage.dropError', { value: shown(field, cellValue(u, field)) })}</button>
        </span>
      </>
    )
  }
  const pending = mine.pending[field]
  return pending === undefined || pending === cellValue(u, field) ? c.cell(u) : <span className="k-grid__new">{shown(field, pending)}</span>
}
