import { useMemo } from 'react'
import type { Schemas } from '../../api/client'
import { useFormat, useWords } from '../../i18n'
import { textRows, type TextRow } from '../../ui/answer/rows'
import { Tag, type Tone } from '../../ui/Tag'
import { rowChanges, type RowChange } from './copyLines'

type Field = Schemas['Field']

const tones: Record<RowChange['kind'], Tone> = { added: 'ok', changed: 'attention', removed: 'overdue', same: 'none' }
const kinds = ['added', 'changed', 'removed', 'same'] as const

function useCell(field: Field): (path: string, text: string) => string {
  const f = useFormat()
  return (path, text) => {
    const column = field.columns?.find((c) => c.path === path)
    if (column?.type === 'country' && text !== '') return f.country(text)
    return column?.choices?.find((c) => c.value === text)?.label ?? text
  }
}

/** The rows of a table, as many as they are: told by their number, and shown when asked. */
export function RowList({ field, value }: { field: Field; value: unknown }) {
  const { t } = useWords()
  const cell = useCell(field)
  const rows = textRows(field, value)
  return (
    <details className="k-copyrows">
      <summary>{t('copy.rowsTotal', { count: rows.length })}</summary>
      <ol>{rows.map((row, i) => <li key={i}><Whole field={field} row={row} cell={cell} /></li>)}</ol>
    </details>
  )
}

/** What the table would say otherwise, row by row. */
export function RowDifference({ field, mine, theirs }: { field: Field; mine: unknown; theirs: unknown }) {
  const { t } = useWords()
  const cell = useCell(field)
  const changes = useMemo(() => rowChanges(field, mine, theirs), [field, mine, theirs])
  const count = (kind: RowChange['kind']) => changes.filter((x) => x.kind === kind).length
  return (
    <>
      <p>{t('copy.rowsTotal', { count: textRows(field, theirs).length })}</p>
      <details className="k-copyrows">
        <summary>{t('copy.rowsChange')}: {kinds.filter((k) => count(k) > 0).map((k) => t(`copy.rowsCount.${k}`, { count: count(k) })).join(', ')}</summary>
        <ol>
          {changes.map((x, i) => (
            <li key={i}>
              <Tag tone={tones[x.kind]}>{t(`copy.row.${x.kind}`)}</Tag>{' '}
              {x.mine && x.theirs ? <Changed field={field} mine={x.mine} theirs={x.theirs} cell={cell} /> : x.mine ? <del><Whole field={field} row={x.mine} cell={cell} /></del> : x.theirs && <Whole field={field} row={x.theirs} cell={cell} />}
            </li>
          ))}
        </ol>
      </details>
    </>
  )
}

interface RowProps {
  field: Field
  row: TextRow
  cell: (path: string, text: string) => string
}

/** A row as one line; what it is about comes first. */
function Whole({ field, row, cell }: RowProps) {
  const [first, ...rest] = (field.columns ?? []).flatMap((c) => cell(c.path, row[c.path] ?? '') || [])
  return <span dir="auto"><strong>{first}</strong>{rest.length > 0 && ` · ${rest.join(' · ')}`}</span>
}

/** A row with what it says otherwise, cell by cell. */
function Changed({ field, mine, theirs, cell }: Omit<RowProps, 'row'> & { mine: TextRow; theirs: TextRow }) {
  const parts = (field.columns ?? []).flatMap((c) => {
    const [old, now] = [cell(c.path, mine[c.path] ?? ''), cell(c.path, theirs[c.path] ?? '')]
    if (old === '' && now === '') return []
    return [<span key={c.path} dir="auto">{old === now ? now : <>{old !== '' && <><del>{old}</del>{' '}</>}{now !== '' && <ins>{now}</ins>}</>}</span>]
  })
  return <>{parts.map((part, i) => [i > 0 && ' · ', part])}</>
}
