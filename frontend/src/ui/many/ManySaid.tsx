import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { useFormat, useWords } from '../../i18n'
import { errorSentence } from '../../i18n/problems'
import { Alert } from '../Alert'
import { RecentChanges } from '../RecentChanges'
import { Left } from '../Told'
import { useManyWords, ways, type Many, type Said } from './useMany'

interface Props<Row> {
  said: Said
  many: Many<Row>
  onUndo: (id: number) => void
  onClose: () => void
}

/** What became of a change or an undo, what was left, and the way back. It takes the focus: what it was done with is gone. */
export function ManySaid<Row>({ said, many, onUndo, onClose }: Props<Row>) {
  const { t } = useWords()
  const f = useFormat()
  const words = useManyWords(many.fields)
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => box.current?.focus(), [said])
  const close = <button type="button" className="k-textbutton k-textbutton--row" onClick={onClose}>{t('common.close')}</button>
  if ('error' in said) return <Alert kind="error" role="alert" ref={box} tabIndex={-1}><p>{errorSentence(said.error)}</p>{close}</Alert>
  const { outcome, undone, value = '' } = said
  const left = words.left(outcome, undone)
  const facts = { count: outcome.cells.length, formatted: f.number(outcome.cells.length), field: words.label(outcome.field), value: words.shown(outcome.field, value) }
  return (
    <Alert kind={left.length > 0 ? 'warning' : 'success'} role="status" ref={box} tabIndex={-1}>
      <p>{undone ? t('bulk.undid', facts) : t('bulk.done', facts)}</p>
      {left.length > 0 && (
        <>
          <p>{undone ? t('bulk.undoLeft') : t('bulk.left', { count: left.length, formatted: f.number(left.length) })}</p>
          <Left rows={left} />
        </>
      )}
      <div className="k-grid__acts">
        {!undone && outcome.change !== undefined && <button type="button" className="k-textbutton k-textbutton--row" onClick={() => onUndo(outcome.change ?? 0)}>{t('bulk.undo')}</button>}
        {close}
      </div>
    </Alert>
  )
}

/** The newest changes of many rows of this list. */
export function ManyChanges<Row>({ many, onUndo }: { many: Many<Row>; onUndo: (id: number) => void }) {
  const { t } = useWords()
  const f = useFormat()
  const words = useManyWords(many.fields)
  const { root, changes } = ways[many.list]
  const { data } = useQuery({ queryKey: [root, 'changes'], queryFn: ({ signal }) => changes(signal) })
  const items = (data?.items ?? []).map((c) => ({
    ...c, what: t('bulk.entry', { count: c.rows, formatted: f.number(c.rows), field: words.label(c.field), value: words.shown(c.field, c.value) }),
  }))
  return <RecentChanges items={items} onUndo={onUndo} />
}
