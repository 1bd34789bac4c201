import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { api, unwrap } from '../../api/client'
import { ApiError } from '../../api/problem'
import { useFormat, useWords } from '../../i18n'
import { useMay } from '../../session'
import { Alert } from '../../ui/Alert'
import { ErrorState, Skeleton } from '../../ui/states'
import { Tag } from '../../ui/Tag'
import { useAct } from '../../ui/useAct'
import { mergesQuery, type Merge } from './queries'
import { useMovedLine, useTableWord } from './words'

/** Namesakes are told apart by their numbers. */
const names = (m: Merge) => ({ loser: m.loser.name, loserNumber: m.loser.number, winner: m.winner.name, winnerNumber: m.winner.number })

/** Asks before a merge is taken back; the button that was pressed gets the focus again. */
export type Ask = (merge: Merge, opener: HTMLElement) => void

/** What was merged lately, each with its way back; `only="just"` is the one that was made a moment ago. */
export function Merges({ just, only, ask }: { just?: number; only?: 'just'; ask: Ask }) {
  const { t } = useWords()
  const f = useFormat()
  const line = useMovedLine()
  const query = useQuery(mergesQuery)
  const box = useRef<HTMLDivElement>(null)
  const made = query.data?.items.find((m) => m.id === just && m.undoneAt === undefined)
  useEffect(() => {
    if (only && made) box.current?.focus({ preventScroll: true })
  }, [only, made])
  if (only) {
    if (!made) return null
    return (
      <Alert kind="success" role="status" ref={box} tabIndex={-1}>
        <p>{t('duplicate.done', { ...names(made), until: f.date(made.until) })}</p>
        <p>{made.moves.length > 0 ? t('duplicate.doneMoved', { what: line(made.moves) }) : t('duplicate.doneNothing')}</p>
        <Undo merge={made} ask={ask} />
      </Alert>
    )
  }
  return (
    <section className="k-section" aria-labelledby="merges">
      <h2 id="merges">{t('duplicate.merges')}</h2>
      {query.data === undefined ? (
        query.error ? <ErrorState error={query.error} retry={() => void query.refetch()} /> : <Skeleton lines={3} />
      ) : query.data.items.length === 0 ? (
        <p className="k-quiet">{t('duplicate.mergesEmpty')}</p>
      ) : (
        <ul className="k-rows">
          {query.data.items.map((m) => <Line key={m.id} merge={m} ask={ask} />)}
        </ul>
      )}
    </section>
  )
}

function Line({ merge: m, ask }: { merge: Merge; ask: Ask }) {
  const { t } = useWords()
  const f = useFormat()
  const line = useMovedLine()
  const number = String(m.winner.number)
  return (
    <li>
      <span>
        {t('duplicate.mergeLine', { loser: m.loser.name, number: m.loser.number })}{' '}
        {m.kind === 'vendor' ? <Link to="/vendors/$number" params={{ number }}>{m.winner.name}</Link> : <Link to="/systems/$number" params={{ number }}>{m.winner.name}</Link>} {t('duplicate.winnerNumber', { number: m.winner.number })}
        <span className="k-quiet k-below">{[t('duplicate.mergeBy', { who: m.by, when: f.dateTime(m.at) }), m.reason].filter(Boolean).join(' · ')}</span>
        {m.moves.length > 0 && <span className="k-quiet k-below">{t('duplicate.doneMoved', { what: line(m.moves) })}</span>}
      </span>
      {m.undoneAt ? (
        <span>
          <Tag tone="none">{t('duplicate.undoneTag')}</Tag>
          <span className="k-quiet k-below">{t('duplicate.undone', { when: f.dateTime(m.undoneAt), who: m.undoneBy ?? '' })}</span>
        </span>
      ) : (
        <span>
          <span className="k-quiet k-below">{t('duplicate.until', { when: f.date(m.until) })}</span>
          <Undo merge={m} ask={ask} />
        </span>
      )}
    </li>
  )
}

function Undo({ merge: m, ask }: { merge: Merge; ask: Ask }) {
  const { t } = useWords()
  const may = useMay()
  if (!may('undoMerge')) return null
  return (
    <button type="button" className="k-textbutton" aria-label={t('duplicate.undoNamed', names(m))} onClick={(event) => ask(m, event.currentTarget)}>{t('duplicate.undo')}</button>
  )
}

/** What is taken back, to be said yes to. It takes the focus. */
export function UndoQuestion({ merge: m, close }: { merge: Merge; close: (undone?: Merge) => void }) {
  const { t } = useWords()
  const client = useQueryClient()
  const line = useMovedLine()
  const act = useAct()
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => box.current?.focus(), [m.id])
  const undo = () => act.run(async () => {
    const back = await unwrap(api.POST('/api/v1/merges/{id}/undo', { params: { path: { id: m.id } } }))
    for (const key of ['merges', 'duplicates', 'vendors', 'systems']) void client.invalidateQueries({ queryKey: [key] })
    close(back)
  })
  return (
    <Alert kind="warning" role="alert" ref={box} tabIndex={-1} heading={t('duplicate.undoTitle', names(m))}>
      <p>{t('duplicate.undoHelp', { loser: m.loser.name, number: m.loser.number })}</p>
      {m.moves.length > 0 && <p>{t('duplicate.undoMoved', { what: line(m.moves) })}</p>}
      {act.error !== undefined && (
        <>
          <ErrorState error={act.error} />
          <More error={act.error} />
        </>
      )}
      <div className="k-actions">
        <button type="button" className="button button-primary" aria-disabled={act.sending} onClick={() => void undo()}>{t('duplicate.undoYes')}</button>
        <button type="button" className="button button-secondary" onClick={() => close()}>{t('duplicate.undoNo')}</button>
      </div>
    </Alert>
  )
}

/** That it was taken back; the question that stood here is gone, so this takes the focus. */
export function Undone({ merge: m }: { merge: Merge }) {
  const { t } = useWords()
  const line = useMovedLine()
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => box.current?.focus(), [m.id])
  return (
    <Alert kind="success" role="status" ref={box} tabIndex={-1}>
      <p>{t('duplicate.undoDone', names(m))}</p>
      {m.moves.length > 0 && <p>{t('duplicate.undoneMoved', { what: line(m.moves) })}</p>}
    </Alert>
  )
}

/** What the refusal says besides its sentence: what to undo first, or what stands in the way. */
export function More({ error }: { error: unknown }) {
  const { t } = useWords()
  const f = useFormat()
  const word = useTableWord()
  if (!(error instanceof ApiError)) return null
  const { loser, winner, at, table } = error.detail as { loser?: string; winner?: string; at?: string; table?: string }
  if (error.code === 'duplicate.undo_order' && loser && winner && at) return <p>{t('duplicate.undoFirst', { loser, winner, when: f.dateTime(at) })}</p>
  if (table) return <p>{t('duplicate.inTheWay', { what: word(table) })}</p>
  return null
}
