import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { api, unwrap } from '../../api/client'
import { ApiError } from '../../api/problem'
import { useFormat, useWords } from '../../i18n'
import { useMay } from '../../session'
import { Alert } from '../../ui/Alert'
import { ErrorState, Skeleton } from '../../ui/states'
import { Tag } from '../../ui/Tag'
import { mergesQuery, type Merge } from './queries'
import { useTableWord } from './words'

/** What was merged lately, each with its way back; `only="just"` is the one that was made a moment ago. */
export function Merges({ just, only }: { just?: number; only?: 'just' }) {
  const { t } = useWords()
  const f = useFormat()
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
        <p>{t('duplicate.done', { loser: made.loser.name, winner: made.winner.name, until: f.date(made.until) })}</p>
        <Undo merge={made} />
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
          {query.data.items.map((m) => <Line key={m.id} merge={m} />)}
        </ul>
      )}
    </section>
  )
}

function Line({ merge: m }: { merge: Merge }) {
  const { t } = useWords()
  const f = useFormat()
  const number = String(m.winner.number)
  return (
    <li>
      <span>
        {t('duplicate.mergeLine', { loser: m.loser.name, number: m.loser.number })}{' '}
        {m.kind === 'vendor' ? <Link to="/vendors/$number" params={{ number }}>{m.winner.name}</Link> : <Link to="/systems/$number" params={{ number }}>{m.winner.name}</Link>}
        <span className="k-quiet k-block">{[t('duplicate.mergeBy', { who: m.by, when: f.dateTime(m.at) }), m.reason].filter(Boolean).join(' · ')}</span>
      </span>
      {m.undoneAt ? (
        <span>
          <Tag tone="none">{t('duplicate.undoneTag')}</Tag>
          <span className="k-quiet k-block">{t('duplicate.undone', { when: f.dateTime(m.undoneAt), who: m.undoneBy ?? '' })}</span>
        </span>
      ) : (
        <span>
          <span className="k-quiet k-block">{t('duplicate.until', { when: f.date(m.until) })}</span>
          <Undo merge={m} />
        </span>
      )}
    </li>
  )
}

function Undo({ merge: m }: { merge: Merge }) {
  const { t } = useWords()
  const may = useMay()
  const client = useQueryClient()
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  if (!may('undoMerge')) return null
  const undo = async () => {
    if (busy) return
    setBusy(true)
    setError(undefined)
    try {
      await unwrap(api.POST('/api/v1/merges/{id}/undo', { params: { path: { id: m.id } } }))
      document.getElementById('main')?.focus()
      for (const key of ['merges', 'duplicates', 'vendors', 'systems']) void client.invalidateQueries({ queryKey: [key] })
    } catch (refusal) {
      setError(refusal)
    }
    setBusy(false)
  }
  return (
    <>
      <button type="button" className="k-textbutton" aria-disabled={busy} aria-label={t('duplicate.undoNamed', { loser: m.loser.name, winner: m.winner.name })} onClick={() => void undo()}>{t('duplicate.undo')}</button>
      {error !== undefined && (
        <>
          <ErrorState error={error} />
          <More error={error} />
        </>
      )}
    </>
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
