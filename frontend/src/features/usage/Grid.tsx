import { useCallback, useEffect, useEffectEvent, useRef, useState, type ClipboardEvent, type KeyboardEvent } from 'react'
import { useWords } from '../../i18n'
import { Icon } from '../../ui/Icon'
import { nextSort, sortDirection } from '../../ui/listSearch'
import { useShortcutsOn } from '../../ui/shortcuts'
import { cellValue, layOut, parseBlock, readValue, type Pasted } from './cells'
import type { GridColumn } from './columns'
import type { Edits } from './edits'
import type { Field, Person, State, Usage } from './queries'
import { cellId, Row, type RowProps } from './Row'
import { useStateWords } from './useStateWords'

interface Props {
  rows: Usage[]
  columns: GridColumn[]
  edits: Edits
  people: Person[]
  shown: (field: Field, value: string) => string
  editable: boolean
  compact: boolean
  busy: boolean
  sort: string
  onSort: (sort: string) => void
  selected: ReadonlySet<number>
  setSelected: (selected: ReadonlySet<number>) => void
  onPaste: (pasted: Pasted) => void
  onUndo: () => void
  /** A key was pressed that cannot do here what it does elsewhere: why not. */
  onRefuse: (u: Usage, code: string) => void
}

interface Place { at: number; column: string }

/**
 * A table that is written in. The arrow keys go from cell to cell, a letter or Enter
 * writes, Escape takes back; Tab goes to the next cell of the row that can be written
 * and then out of the table, so that nobody is caught in it.
 */
export function Grid(props: Props) {
  const { rows, columns, edits, people, editable, selected } = props
  const { t } = useWords()
  const words = useStateWords()
  const shortcuts = useShortcutsOn()
  const [editing, setEditing] = useState<Place & { start?: string }>()
  const anchor = useRef<number | undefined>(undefined)
  const table = useRef<HTMLTableElement>(null)

  const cellAt = (place: Place) => {
    const row = rows[place.at]
    return row && document.getElementById(cellId(row.id, place.column))
  }
  /** One cell of the table is in the page's order of Tab: the one that was last used. */
  const mark = (cell: HTMLElement) => {
    for (const old of table.current?.querySelectorAll('[data-column][tabindex="0"]') ?? []) old.setAttribute('tabindex', '-1')
    cell.setAttribute('tabindex', '0')
  }
  const focus = (place: Place) => {
    const cell = cellAt(place)
    if (!cell) return
    mark(cell)
    cell.focus()
    cell.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  }
  const enter = useEffectEvent(() => {
    if (table.current?.querySelector('[data-column][tabindex="0"]')) return
    const first = columns.find((c) => c.field)?.id ?? columns[0]?.id
    const cell = first === undefined ? undefined : cellAt({ at: 0, column: first })
    if (cell) mark(cell)
  })
  useEffect(() => enter(), [rows, columns])

  const place = (target: EventTarget): Place | undefined => {
    const cell = target instanceof Element ? target.closest<HTMLElement>('[data-column]') : null
    const row = cell?.closest<HTMLElement>('[data-at]')
    return cell?.dataset.column !== undefined && row?.dataset.at !== undefined ? { at: Number(row.dataset.at), column: cell.dataset.column } : undefined
  }
  const fieldOf = (column: string): Field | undefined => (editable ? columns.find((c) => c.id === column)?.field : undefined)
  /** What the cell will hold when everything on its way is written. */
  const value = (u: Usage, field: Field): string => edits.row(u.id).pending[field] ?? cellValue(u, field)
  const write = (u: Usage, values: { field: Field; value: string }[]) => {
    // What was refused and is now as it stands needs no more mending.
    for (const v of values) if (v.value === value(u, v.field) && edits.row(u.id).errors[v.field]) edits.drop(u.id, v.field)
    edits.submit('edit', values.filter((v) => v.value !== value(u, v.field)).map((v) => ({ usage: u.id, field: v.field, base: value(u, v.field), value: v.value })))
  }

  const step = (from: Place, down: number, right: number): Place => {
    const index = columns.findIndex((c) => c.id === from.column)
    const column = columns[Math.max(0, Math.min(columns.length - 1, index + right))]
    return { at: Math.max(0, Math.min(rows.length - 1, from.at + down)), column: column?.id ?? from.column }
  }
  /** The next cell of the row that can be written; undefined at the row's end. */
  const along = (from: Place, by: 1 | -1): Place | undefined => {
    for (let i = columns.findIndex((c) => c.id === from.column) + by; i >= 0 && i < columns.length; i += by) {
      const c = columns[i]
      if (c?.field) return { at: from.at, column: c.id }
    }
    return undefined
  }

  const range = (from: number, to: number): Set<number> => new Set(rows.slice(Math.min(from, to), Math.max(from, to) + 1).map((u) => u.id))
  const select = (at: number, far: boolean) => {
    const row = rows[at]
    if (!row) return
    if (far && anchor.current !== undefined) {
      props.setSelected(new Set([...selected, ...range(anchor.current, at)]))
      return
    }
    anchor.current = at
    const next = new Set(selected)
    if (!next.delete(row.id)) next.add(row.id)
    props.setSelected(next)
  }
  const done: RowProps['onDone'] = (at, column, values, go) => {
    const from = { at, column }
    // The focus goes first: the box that goes with the next drawing must not take it along.
    if (go !== 'stay' || values === undefined) focus(go === 'down' ? step(from, 1, 0) : go === 'right' ? (along(from, 1) ?? from) : go === 'left' ? (along(from, -1) ?? from) : from)
    setEditing(undefined)
    const row = rows[at]
    if (row && values) write(row, values)
  }
  // Rows keep one and the same handler, which asks for the newest: 600 of them are not drawn for it.
  const latest = useRef({ select, done })
  useEffect(() => {
    latest.current = { select, done }
  })
  const onSelect = useCallback((at: number, far: boolean) => latest.current.select(at, far), [])
  const onEdit = useCallback((at: number, column: string) => setEditing({ at, column }), [])
  const onDone = useCallback<RowProps['onDone']>((...given) => latest.current.done(...given), [])

  const letter = (key: string): State | undefined => {
    const typed = key.toLowerCase()
    return (['own', 'kl_kombit', 'not_needed', 'missing'] as const).find((s) => t(`usage.letter.${s}`) === typed)
  }

  const onKeyDown = (event: KeyboardEvent) => {
    const here = place(event.target)
    const u = here && rows[here.at]
    if (!here || !u || editing) return
    const field = fieldOf(here.column)
    const act = (): boolean => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'z' && editable) {
        props.onUndo()
        return true
      }
      if ((event.ctrlKey || event.metaKey) && (event.key === 'Home' || event.key === 'End')) {
        focus({ ...here, at: event.key === 'Home' ? 0 : rows.length - 1 })
        return true
      }
      if (event.ctrlKey || event.metaKey || event.altKey) return false
      if (event.target instanceof HTMLButtonElement || event.target instanceof HTMLInputElement) return false
      return move(event, here) || (editable && type(event, here, u, field))
    }
    if (act()) event.preventDefault()
  }

  const move = (event: KeyboardEvent, here: Place): boolean => {
    const down = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10 }[event.key]
    if (down !== undefined) {
      const to = step(here, down, 0)
      if (event.shiftKey && editable) {
        anchor.current ??= here.at
        props.setSelected(range(anchor.current, to.at))
      } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') anchor.current = undefined
      focus(to)
      return true
    }
    const right = { ArrowRight: 1, ArrowLeft: -1, Home: -columns.length, End: columns.length }[event.key]
    if (right !== undefined) {
      focus(step(here, 0, right))
      return true
    }
    if (event.key === 'Tab' && editable) {
      const to = along(here, event.shiftKey ? -1 : 1)
      if (to) focus(to)
      return to !== undefined
    }
    return false
  }

  const type = (event: KeyboardEvent, here: Place, u: Usage, field: Field | undefined): boolean => {
    if (event.key === ' ') {
      select(here.at, false)
      return true
    }
    if (event.key === 'Escape' && selected.size > 0) {
      props.setSelected(new Set())
      return true
    }
    if (event.key === 'Enter' && event.target instanceof HTMLAnchorElement) return false
    if (event.key === 'Enter' || event.key === 'F2') {
      const link = field === undefined || (field === 'agreement' && u.joint) ? cellAt(here)?.querySelector('a') : null
      if (link) link.click()
      else if (field) setEditing(here)
      return true
    }
    if (!field) return false
    if (event.key === 'Delete' || event.key === 'Backspace') {
      if (field !== 'agreement' && field !== 'from') write(u, [{ field, value: '' }])
      return true
    }
    if (event.key.length !== 1 || (event.key === '?' && shortcuts)) return false // the help of the keys
    if (field !== 'agreement') setEditing({ ...here, start: event.key })
    else {
      const state = letter(event.key)
      if (state && u.agreement === 'joint') props.onRefuse(u, 'usage.joint')
      else if (state === 'not_needed') setEditing({ ...here, start: 'not_needed' })
      else if (state) write(u, [{ field, value: state }])
      return state !== undefined
    }
    return true
  }

  const paste = (event: ClipboardEvent) => {
    const here = place(event.target)
    if (!here || editing || !editable) return
    const text = event.clipboardData.getData('text/plain')
    if (text === '') return
    event.preventDefault()
    const block = parseBlock(text)
    const pasted = layOut(block, rows, here.at, columns.map((c) => c.field), columns.findIndex((c) => c.id === here.column), value,
      (field, typed) => readValue(field, typed, people, words))
    const [only] = pasted.changes
    if (block.length === 1 && block[0]?.length === 1 && only) edits.submit('edit', only.value === only.base ? [] : [only])
    else props.onPaste(pasted)
  }
  const copy = (event: ClipboardEvent) => {
    const here = place(event.target)
    if (!here || editing || window.getSelection()?.isCollapsed === false) return
    const chosen = selected.size > 0 ? rows.filter((u) => selected.has(u.id)) : [rows[here.at]]
    const read = (u: Usage, c: GridColumn) => (c.field ? (value(u, c.field) === '' ? '' : props.shown(c.field, value(u, c.field))) : c.id === 'name' ? u.system.name : c.id === 'vendor' ? u.vendor.name : '')
    const text = chosen.flatMap((u) => (u ? [(selected.size > 0 ? columns : columns.filter((c) => c.id === here.column)).map((c) => read(u, c)).join('\t')] : [])).join('\n')
    event.clipboardData.setData('text/plain', text)
    event.preventDefault()
  }

  const all = rows.length > 0 && rows.every((u) => selected.has(u.id))
  return (
    <table ref={table} role="grid" className={`table k-table k-grid${props.compact ? ' k-table--compact' : ''}`} aria-rowcount={rows.length + 1} aria-multiselectable={editable || undefined}
      aria-busy={props.busy || undefined} onKeyDown={onKeyDown} onPaste={paste} onCopy={copy}
      onFocus={(event) => {
        const cell = event.target.closest<HTMLElement>('[data-column]')
        if (cell) mark(cell)
      }}>
      <caption className="sr-only">{t('usage.caption')}</caption>
      <thead role="rowgroup">
        <tr role="row">
          {editable && (
            <th role="columnheader" scope="col" className="k-grid__check">
              <input type="checkbox" checked={all} aria-label={t('usage.chooseAll')} onChange={() => props.setSelected(all ? new Set() : new Set(rows.map((u) => u.id)))} />
            </th>
          )}
          {columns.map((c) => {
            const order = c.sort === undefined ? undefined : sortDirection(props.sort, c.sort)
            return (
              <th key={c.id} role="columnheader" scope="col" aria-sort={order} className={c.numeric ? 'k-num' : undefined}>
                {c.sort === undefined ? c.head : (
                  <button type="button" className="k-sort" onClick={() => c.sort && props.onSort(nextSort(props.sort, c.sort))}>
                    {c.head}
                    <Icon name={order === 'ascending' ? 'sort-table-ascending' : order === 'descending' ? 'sort-table-descending' : 'sort-table-none'} />
                  </button>
                )}
              </th>
            )
          })}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {rows.map((u, at) => (
          <Row key={u.id} usage={u} at={at} columns={columns} edits={edits} people={people} shown={props.shown} editable={editable} selected={selected.has(u.id)}
            editing={editing?.at === at ? editing : undefined} onSelect={onSelect} onEdit={onEdit} onDone={onDone} />
        ))}
      </tbody>
    </table>
  )
}
