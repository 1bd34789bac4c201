import { Link, useNavigate } from '@tanstack/react-router'
import { useEffect, useLayoutEffect, useRef, useState, type KeyboardEvent } from 'react'
import type { Schemas } from '../../api/client'
import { useWords } from '../../i18n'
import { standingAt, type Standing } from './standing'

interface Props {
  organisations: Schemas['OrganisationRef'][]
  rows: Schemas['MatrixRow'][]
  only: Standing | undefined
}

const height = 28 // px of a row; in matrix.css too
const beyond = 8 // rows drawn above and below what is seen

/** The cells. Only the rows in sight are drawn; one cell is in the order of the tab key, and the arrows move it. */
export function Grid({ organisations, rows, only }: Props) {
  const { t } = useWords()
  const navigate = useNavigate()
  const box = useRef<HTMLDivElement>(null)
  const [top, setTop] = useState(0)
  const [seen, setSeen] = useState(20)
  const [at, setAt] = useState({ row: 0, column: 0 })
  const moved = useRef(false)
  const row = Math.min(at.row, rows.length - 1)
  const first = Math.max(0, Math.floor(top / height) - beyond)
  const last = Math.min(rows.length, first + seen + 2 * beyond)

  useLayoutEffect(() => {
    const measure = () => setSeen(Math.ceil((box.current?.clientHeight ?? 600) / height))
    measure()
    window.addEventListener('resize', measure)
    return () => window.removeEventListener('resize', measure)
  }, [])
  useEffect(() => {
    if (!moved.current) return
    moved.current = false
    document.getElementById(cellId(row, at.column))?.focus({ preventScroll: true })
  }, [row, at.column, first, last])

  const go = (to: { row: number; column: number }) => {
    const next = { row: Math.max(0, Math.min(rows.length - 1, to.row)), column: Math.max(0, Math.min(organisations.length - 1, to.column)) }
    moved.current = true
    setAt(next)
    reveal(box.current, next)
  }
  const open = () => {
    const [r, o] = [rows[row], organisations[at.column]]
    if (r && o) void navigate({ to: '/accessions', search: { organisation: o.id, q: r.name } })
  }
  const key = (event: KeyboardEvent) => {
    const page = Math.max(1, seen - 2)
    const steps: Record<string, () => void> = {
      ArrowRight: () => go({ row, column: at.column + 1 }), ArrowLeft: () => go({ row, column: at.column - 1 }),
      ArrowDown: () => go({ row: row + 1, column: at.column }), ArrowUp: () => go({ row: row - 1, column: at.column }),
      PageDown: () => go({ row: row + page, column: at.column }), PageUp: () => go({ row: row - page, column: at.column }),
      Home: () => go({ row: event.ctrlKey ? 0 : row, column: 0 }), End: () => go({ row: event.ctrlKey ? rows.length - 1 : row, column: organisations.length - 1 }),
      Enter: open, ' ': open,
    }
    const step = steps[event.key]
    if (!step) return
    event.preventDefault()
    step()
  }
  const says = (r: Schemas['MatrixRow'], column: number) => {
    const s = standingAt(r, column)
    return `${r.name}, ${organisations[column]?.name ?? ''}: ${s ? t(`matrix.standing.${s}`) : t('matrix.nothing')}`
  }
  const current = rows[row]
  return (
    <>
      <div className="k-matrix" ref={box} onScroll={(event) => setTop(event.currentTarget.scrollTop)}>
        <table role="grid" onKeyDown={key} aria-label={t('matrix.title')} aria-rowcount={rows.length + 1} aria-colcount={organisations.length + 1}>
          <thead>
            <tr aria-rowindex={1}>
              <th scope="col" className="k-matrix__corner">{t('matrix.vendor')}</th>
              {organisations.map((o) => <th key={o.id} scope="col"><span>{o.name.replace(/ Kommune$/, '')}</span></th>)}
            </tr>
          </thead>
          <tbody>
            {first > 0 && <tr aria-hidden="true"><td className="k-matrix__space" height={first * height} colSpan={organisations.length + 1} /></tr>}
            {rows.slice(first, last).map((r, i) => (
              <tr key={r.number} aria-rowindex={first + i + 2}>
                <th scope="row"><Link to="/vendors/$number" params={{ number: String(r.number) }} tabIndex={-1}>{r.name}</Link></th>
                {organisations.map((o, c) => {
                  const s = standingAt(r, c)
                  const here = first + i === row && c === at.column
                  return (
                    <td key={o.id} id={cellId(first + i, c)} role="gridcell" tabIndex={here ? 0 : -1} aria-label={says(r, c)} title={says(r, c)}
                      className={s ? `k-matrix__sign--${s}${only && only !== s ? ' k-matrix__dim' : ''}` : undefined}
                      onClick={() => go({ row: first + i, column: c })} onDoubleClick={open}>
                      {s && <span aria-hidden="true">{t(`matrix.sign.${s}`)}</span>}
                    </td>
                  )
                })}
              </tr>
            ))}
            {last < rows.length && <tr aria-hidden="true"><td className="k-matrix__space" height={(rows.length - last) * height} colSpan={organisations.length + 1} /></tr>}
          </tbody>
        </table>
      </div>
      {current && (
        <p className="k-matrix__foot">
          <span>{says(current, at.column)}</span>{' '}
          <Link to="/accessions" search={{ organisation: organisations[at.column]?.id ?? 0, q: current.name }}>{t('matrix.open')}</Link>
        </p>
      )}
    </>
  )
}

const cellId = (row: number, column: number): string => `m-${row}-${column}`

/** Scrolls so that a cell is free of the sticky head and the sticky names. */
function reveal(box: HTMLDivElement | null, { row, column }: { row: number; column: number }): void {
  if (!box) return
  const head = box.querySelector('thead')?.clientHeight ?? 0
  const names = box.querySelector('tbody th')?.clientWidth ?? 0
  const width = box.querySelector('tbody td:not(.k-matrix__space)')?.clientWidth ?? height
  const y = row * height
  if (y < box.scrollTop) box.scrollTop = y
  else if (y + height > box.scrollTop + box.clientHeight - head) box.scrollTop = y + height - (box.clientHeight - head)
  const x = column * width
  if (x < box.scrollLeft) box.scrollLeft = x
  else if (x + width > box.scrollLeft + box.clientWidth - names) box.scrollLeft = x + width - (box.clientWidth - names)
}
