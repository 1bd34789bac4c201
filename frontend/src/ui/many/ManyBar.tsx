import { lazy, Suspense, useEffect, useRef, useState } from 'react'
import { useFormat, useWords } from '../../i18n'
import { useAct } from '../useAct'
import { ErrorState } from '../states'
import type { Selection } from '../selection'
import { most, type Many, type Outcome } from './useMany'

const ManyDialog = lazy(() => import('./ManyDialog'))

interface Props<Row> {
  many: Many<Row>
  selection: Selection
  /** How many rows the filters find. */
  count: number | undefined
  rowKey: (row: Row) => string | number
  onDone: (outcome: Outcome, value: string) => void
}

/** How many rows are chosen, the rest of what the filters find, and the way to change them. It stays in sight. */
export function ManyBar<Row>({ many, selection, count = 0, rowKey, onDone }: Props<Row>) {
  const { t } = useWords()
  const f = useFormat()
  const act = useAct()
  const [open, setOpen] = useState(false)
  const stop = useRef(new AbortController())
  useEffect(() => {
    const here = (stop.current = new AbortController())
    return () => here.abort()
  }, [])
  const chosen = selection.keys.size
  const all = () => act.run(async () => {
    const keys = new Set<number>()
    let next: string | undefined
    do {
      const page = await many.page(next, stop.current.signal)
      for (const row of page.items.slice(0, most - keys.size)) keys.add(Number(rowKey(row)))
      next = page.next
    } while (next && keys.size < most)
    selection.set(keys)
  })
  const clear = () => {
    selection.set(new Set())
    // The bar goes, and with it what had the focus.
    Array.from(document.querySelectorAll<HTMLElement>('.k-box input')).find((box) => box.offsetParent !== null)?.focus()
  }
  const rest = Math.min(count, most)
  return (
    <section className="k-bulk k-many" aria-label={t('bulk.bar')}>
      <p className="k-bulk__count" role="status">{t('bulk.chosen', { count: chosen, formatted: f.number(chosen) })}</p>
      {rest > chosen && (
        <button type="button" className="k-textbutton" aria-disabled={act.sending} onClick={() => void all()}>
          {act.sending ? t('bulk.choosing') : t(count > most ? 'bulk.chooseMost' : 'bulk.chooseAll', { formatted: f.number(rest) })}
        </button>
      )}
      <button type="button" className="k-textbutton" onClick={clear}>{t('bulk.clear')}</button>
      <button type="button" className="button button-primary" onClick={() => setOpen(true)}>{t('bulk.open')}</button>
      {act.error && <ErrorState error={act.error} />}
      {open && (
        <Suspense>
          <ManyDialog list={many.list} fields={many.fields} keys={[...selection.keys].slice(0, most)} close={() => setOpen(false)}
            onDone={(outcome, value) => { setOpen(false); selection.set(new Set()); onDone(outcome, value) }} />
        </Suspense>
      )}
    </section>
  )
}
