import { columnVisibilityFeature, tableFeatures, useTable, type ColumnDef } from '@tanstack/react-table'
import { useId, useMemo, useRef, type ReactNode } from 'react'
import { useWords } from '../i18n'
import { Icon } from './Icon'
import { nextSort, sortDirection } from './listSearch'
import { picked, type Selection } from './selection'
import { useShortcuts } from './shortcuts'

export interface Column<Row> {
  id: string
  head: string
  cell: (row: Row) => ReactNode
  /** Name of the server's sort for this column. */
  sort?: string
  numeric?: boolean
  /** The column that names the row; always shown. */
  main?: boolean
  /** Left out until the person chooses it. */
  extra?: boolean
}

interface Props<Row> {
  caption: string
  columns: Column<Row>[]
  rows: Row[]
  rowKey: (row: Row) => string | number
  hidden?: readonly string[]
  sort?: string
  onSort?: (sort: string) => void
  compact?: boolean
  busy?: boolean
  /** Rows can be chosen, by keys that are numbers; `name` is what a row is called. */
  selection?: Selection & { name: (row: Row) => string }
}

const features = tableFeatures({ columnVisibilityFeature })

/**
 * A table for reading down and across: sticky head, sortable heads with aria-sort, `j`/`k` through the rows.
 * Rows that can be chosen are chosen by their boxes or by Space anywhere in the row, with Shift all from the one before.
 * On a narrow screen each row becomes a card; roles are stated so that it stays a table to a screen reader.
 */
export function DataTable<Row extends object>(props: Props<Row>) {
  const { caption, columns, rows, rowKey, hidden, sort, onSort, compact, busy, selection } = props
  const { t } = useWords()
  const body = useId()
  const defs = useMemo(
    () => columns.map((c): ColumnDef<typeof features, Row> => ({ id: c.id, header: c.head, cell: ({ row }) => c.cell(row.original) })),
    [columns],
  )
  const byId = useMemo(() => new Map(columns.map((c) => [c.id, c])), [columns])
  const columnVisibility = useMemo(() => Object.fromEntries((hidden ?? []).map((id) => [id, false])), [hidden])
  const table = useTable({ features, columns: defs, data: rows, getRowId: (row) => String(rowKey(row)), state: { columnVisibility } })

  const step = (by: 1 | -1) => (event: KeyboardEvent) => {
    const all = Array.from(document.querySelectorAll<HTMLTableRowElement>(`#${CSS.escape(body)} > tr`))
    if (all.length === 0) return
    const at = all.findIndex((row) => row.contains(document.activeElement))
    const to = all[at === -1 ? (by === 1 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, at + by))]
    const target = to?.querySelector<HTMLElement>('a, button') ?? to
    target?.focus()
    target?.scrollIntoView({ block: 'nearest' })
    event.preventDefault()
  }
  const keys = useMemo(() => rows.map((row) => Number(rowKey(row))), [rows, rowKey])
  const anchor = useRef<number>(undefined)
  const choose = (at: number, range: boolean) => {
    selection?.set(picked(selection.keys, keys, at, range ? anchor.current : undefined))
    anchor.current = at
  }
  const space = (event: KeyboardEvent) => {
    const at = Array.from(document.querySelectorAll(`#${CSS.escape(body)} > tr`)).findIndex((row) => row.contains(document.activeElement))
    const inside = document.activeElement
    if (!selection || at === -1 || inside?.closest('button, summary') || (inside?.matches('input') && !event.shiftKey)) return // they have a use for it
    choose(at, event.shiftKey)
    event.preventDefault()
  }
  useShortcuts({ j: step(1), k: step(-1), ' ': space })
  const chosen = selection ? keys.filter((key) => selection.keys.has(key)).length : 0

  return (
    <table role="table" className={`table k-table${compact ? ' k-table--compact' : ''}${selection ? ' k-table--choose' : ''}`} aria-busy={busy || undefined}>
      <caption className="sr-only">{caption}</caption>
      <thead role="rowgroup">
        {table.getHeaderGroups().map((group) => (
          <tr key={group.id} role="row">
            {selection && (
              <th role="columnheader" scope="col" className="k-box">
                <input type="checkbox" aria-label={t('bulk.chooseShown')} checked={chosen > 0 && chosen === keys.length} ref={(box) => { if (box) box.indeterminate = chosen > 0 && chosen < keys.length }}
                  onChange={(event) => selection.set(event.target.checked ? new Set([...selection.keys, ...keys]) : new Set([...selection.keys].filter((key) => !keys.includes(key))))} />
              </th>
            )}
            {group.headers.map((header) => {
              const column = byId.get(header.column.id)
              const direction = column?.sort && sort !== undefined ? sortDirection(sort, column.sort) : undefined
              return (
                <th key={header.id} role="columnheader" scope="col" aria-sort={direction} className={column?.numeric ? 'k-num' : undefined}>
                  {column?.sort && onSort && sort !== undefined ? (
                    <button type="button" className="k-sort" onClick={() => column.sort && onSort(nextSort(sort, column.sort))}>
                      {column.head}
                      <Icon name={direction === 'ascending' ? 'sort-table-ascending' : direction === 'descending' ? 'sort-table-descending' : 'sort-table-none'} />
                    </button>
                  ) : (
                    column?.head
                  )}
                </th>
              )
            })}
          </tr>
        ))}
      </thead>
      <tbody role="rowgroup" id={body}>
        {table.getRowModel().rows.map((row, at) => (
          <tr key={row.id} role="row" className={selection?.keys.has(Number(row.id)) ? 'k-chosen' : undefined}>
            {selection && (
              <td role="cell" className="k-box">
                <input type="checkbox" aria-label={t('bulk.choose', { name: selection.name(row.original) })} checked={selection.keys.has(Number(row.id))}
                  onMouseDown={(event) => { if (event.shiftKey) event.preventDefault() /* no text is chosen */ }}
                  onChange={(event) => choose(at, event.nativeEvent instanceof MouseEvent && event.nativeEvent.shiftKey)} />
              </td>
            )}
            {row.getVisibleCells().map((cell) => {
              const column = byId.get(cell.column.id)
              const content = <table.FlexRender cell={cell} />
              return column?.main ? (
                <th key={cell.id} role="rowheader" scope="row" className="k-main">{content}</th>
              ) : (
                <td key={cell.id} role="cell" data-label={column?.head} className={column?.numeric ? 'k-num' : undefined}><div className="k-cell">{content}</div></td>
              )
            })}
          </tr>
        ))}
      </tbody>
    </table>
  )
}
