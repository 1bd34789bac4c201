import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { api, unwrap } from '../../api/client'
import { ApiError, type StaleDetail } from '../../api/problem'
import { useFormat, useWords } from '../../i18n'
import { Alert } from '../../ui/Alert'
import { Field } from '../../ui/form'
import { Icon } from '../../ui/Icon'
import { PageHeading } from '../../ui/PageHeading'
import { Stale } from '../../ui/Stale'
import { ErrorState, Loaded, PageProblem } from '../../ui/states'
import { More } from './Merges'
import { comparisonQuery, type Comparison } from './queries'
import { useMoved } from './words'

/** An act has its own page: the two side by side, what moves, what can be undone, one button. */
export default function ComparePage() {
  const { t } = useWords()
  const search = useSearch({ from: '/inside/duplicates/compare' })
  const query = useQuery(comparisonQuery(search))
  const conflict = query.error instanceof ApiError && query.error.status === 409 ? query.error : undefined
  if (conflict && !query.data) {
    const into = conflict.detail.into
    return (
      <>
        <PageHeading kicker={<Link to="/duplicates">{t('duplicate.title')}</Link>} title={t(`duplicate.compareTitle.${search.kind}`)} />
        <ErrorState error={conflict} />
        <More error={conflict} />
        {typeof into === 'number' && (
          <p>{search.kind === 'vendor' ? <Link to="/vendors/$number" params={{ number: String(into) }}>{t('duplicate.mergedInto', { number: into })}</Link> : <Link to="/systems/$number" params={{ number: String(into) }}>{t('duplicate.mergedInto', { number: into })}</Link>}</p>
        )}
      </>
    )
  }
  if (query.error && !query.data) return <PageProblem error={query.error} />
  return <Loaded key={`${search.winner}-${search.loser}`} query={query}>{(c) => <Compare key={c.version} c={c} />}</Loaded>
}

/** What is chosen to begin with: the standing one's, but what it lacks is taken from the other. */
function proposed(c: Comparison): string[] {
  return c.choices.filter((name) => !c.winner.values[name] && c.loser.values[name])
}

function Compare({ c }: { c: Comparison }) {
  const { t } = useWords()
  const navigate = useNavigate()
  const client = useQueryClient()
  const [take, setTake] = useState(() => proposed(c))
  const [reason, setReason] = useState('')
  const [missing, setMissing] = useState(false)
  const [sending, setSending] = useState(false)
  const [stale, setStale] = useState<StaleDetail>()
  const [error, setError] = useState<unknown>()
  const numbers = { winner: c.winner.number, loser: c.loser.number }
  const merge = async () => {
    if (sending) return
    setMissing(c.needsReason && reason.trim() === '')
    if (c.needsReason && reason.trim() === '') {
      document.getElementById('reason')?.focus()
      return
    }
    setSending(true)
    setStale(undefined)
    setError(undefined)
    try {
      const made = await unwrap(api.POST('/api/v1/merges', { params: { header: { 'If-Match': `"${c.version}"` } }, body: { kind: c.kind, ...numbers, take, reason } }))
      // Not the comparison: it is on the page still, and there is nothing to compare any more.
      for (const queryKey of [['merges'], ['duplicates', 'list'], ['duplicates', 'count'], ['vendors'], ['systems'], ['search']]) void client.invalidateQueries({ queryKey })
      await navigate({ to: '/duplicates', search: { kind: c.kind === 'system' ? 'system' : undefined, merged: made.id } })
    } catch (refusal) {
      if (refusal instanceof ApiError && refusal.stale) setStale(refusal.stale)
      else setError(refusal)
      setSending(false)
    }
  }
  const reload = async () => {
    setStale(undefined)
    await client.refetchQueries({ queryKey: ['duplicates', 'comparison'] })
  }
  return (
    <div className="k-act">
      <PageHeading
        kicker={<Link to="/duplicates" search={{ kind: c.kind === 'system' ? 'system' : undefined }}>{t('duplicate.title')}</Link>}
        title={t(`duplicate.compareTitle.${c.kind}`)}
        lead={t('duplicate.compareLead')}
        actions={
          <Link to="/duplicates/compare" search={{ kind: c.kind, winner: c.loser.number, loser: c.winner.number }} replace className="button button-secondary">
            <Icon name="sync" />
            {t('duplicate.swap')}
          </Link>
        }
      />
      <Sides c={c} take={take} setTake={setTake} />
      <Moves c={c} />
      <Field
        id="reason"
        label={c.needsReason ? t('duplicate.reason') : t('duplicate.reasonOptional')}
        optional={!c.needsReason}
        hint={c.needsReason ? t('duplicate.reasonHint') : undefined}
        error={missing ? t('duplicate.reasonMissing') : undefined}
      >
        {(p) => <textarea {...p} className="form-input" rows={2} maxLength={1000} value={reason} onChange={(e) => setReason(e.target.value)} />}
      </Field>
      <Alert kind="info"><p>{t('duplicate.undoable', { number: c.loser.number, winner: c.winner.number })}</p></Alert>
      {stale && <Stale detail={stale} reload={() => void reload()} />}
      {error !== undefined && (
        <>
          <ErrorState error={error} />
          <More error={error} />
        </>
      )}
      <div className="k-actions">
        <button type="button" className="button button-primary" aria-disabled={sending} onClick={() => void merge()}>
          {sending ? t('duplicate.merging') : t('duplicate.merge', { winner: c.winner.number, loser: c.loser.number })}
        </button>
        <Link to="/duplicates" search={{ kind: c.kind === 'system' ? 'system' : undefined }}>{t('duplicate.back')}</Link>
      </div>
    </div>
  )
}

interface SidesProps {
  c: Comparison
  take: string[]
  setTake: (take: string[]) => void
}

function Sides({ c, take, setTake }: SidesProps) {
  const { t } = useWords()
  const f = useFormat()
  const names: Record<string, string> = t('duplicate.fieldName', { returnObjects: true })
  const others = Object.keys(c.winner.values).filter((name) => !c.choices.includes(name))
  const show = (value: string | undefined) => (value ? f.cvr(value) : t('duplicate.notGiven'))
  return (
    <table className="k-pair">
      <caption className="sr-only">{t(`duplicate.compareTitle.${c.kind}`)}</caption>
      <thead>
        <tr>
          <th scope="col">{t('duplicate.field')}</th>
          <th scope="col">{t('duplicate.stands')}</th>
          <th scope="col">{t('duplicate.goes')}</th>
        </tr>
      </thead>
      <tbody>
        <tr><th scope="row">{t('duplicate.number')}</th><td>{c.winner.number}</td><td className="k-pair__left">{c.loser.number}</td></tr>
        {c.choices.map((name) => {
          const [mine, theirs] = [c.winner.values[name], c.loser.values[name]]
          const taken = take.includes(name)
          if (mine === theirs) return <tr key={name}><th scope="row">{names[name]}</th><td>{show(mine)}</td><td className="k-pair__same">{show(theirs)}</td></tr>
          return (
            <tr key={name}>
              <th scope="row" id={`pair-${name}`}>{names[name]}</th>
              {([false, true] as const).map((loser) => (
                <td key={String(loser)}>
                  <label>
                    <input type="radio" name={`pair-${name}`} checked={taken === loser} aria-label={`${names[name] ?? ''}: ${t('duplicate.pick', { value: show(loser ? theirs : mine) })}`} onChange={() => setTake(loser ? [...take, name] : take.filter((x) => x !== name))} />
                    <span className={taken === loser ? undefined : 'k-pair__left'}>{show(loser ? theirs : mine)}</span>
                  </label>
                </td>
              ))}
            </tr>
          )
        })}
        {others.map((name) => (
          <tr key={name}><th scope="row">{names[name]}</th><td>{show(c.winner.values[name])}</td><td>{show(c.loser.values[name])}</td></tr>
        ))}
        <tr><th scope="row">{names.created}</th><td>{f.date(c.winner.created)}</td><td>{f.date(c.loser.created)}</td></tr>
      </tbody>
    </table>
  )
}

/** Exactly what the merge would do: the server has tried it and taken it back. */
function Moves({ c }: { c: Comparison }) {
  const { t } = useWords()
  const f = useFormat()
  const moves = useMoved()(c.moves)
  const period = (from: string, to: string | undefined) => `${f.date(from)} – ${to ? f.date(to) : t('duplicate.openEnd')}`
  return (
    <>
      <h2>{t('duplicate.moves')}</h2>
      {moves.length === 0 ? (
        <p>{t('duplicate.movesEmpty')}</p>
      ) : (
        <table className="k-texttable">
          <caption className="sr-only">{t('duplicate.movesCaption')}</caption>
          <thead><tr><th scope="col">{t('duplicate.what')}</th><th scope="col" className="k-num">{t('duplicate.moved')}</th><th scope="col" className="k-num">{t('duplicate.joined')}</th></tr></thead>
          <tbody>{moves.map((m) => <tr key={m.what}><td>{m.what}</td><td className="k-num">{f.number(m.moved)}</td><td className="k-num">{f.number(m.joined)}</td></tr>)}</tbody>
        </table>
      )}
      {c.joined.length > 0 && (
        <>
          <h3>{t('duplicate.joinsTitle', { count: c.joined.length })}</h3>
          <p>{t('duplicate.joinsLead')}</p>
          <table className="k-texttable">
            <caption className="sr-only">{t('duplicate.joinsCaption')}</caption>
            <thead><tr><th scope="col">{t('duplicate.organisation')}</th><th scope="col">{t('duplicate.was')}</th><th scope="col">{t('duplicate.becomes')}</th></tr></thead>
            <tbody>{c.joined.map((j) => <tr key={j.organisation + j.wasFrom}><td>{j.organisation}</td><td>{period(j.wasFrom, j.wasTo)}</td><td>{period(j.from, j.to)}</td></tr>)}</tbody>
          </table>
        </>
      )}
    </>
  )
}
