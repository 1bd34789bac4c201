import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { api, unwrap, type Schemas } from '../../api/client'
import { useFormat, useWords } from '../../i18n'
import { errorSentence } from '../../i18n/problems'
import { useMay, useMe } from '../../session'
import { Alert } from '../../ui/Alert'
import { DataTable, type Column } from '../../ui/DataTable'
import { Facts } from '../../ui/Facts'
import { PageHeading } from '../../ui/PageHeading'
import { Stale } from '../../ui/Stale'
import { ErrorState, Loaded } from '../../ui/states'
import { Tag } from '../../ui/Tag'
import { useAct } from '../../ui/useAct'
import { reviewQuery } from './queries'
import { ReviewState } from './ReviewList'

type Detail = Schemas['AccessReviewDetail']
type Line = Schemas['AccessReviewLine']

export default function ReviewPage() {
  const { id } = useParams({ from: '/inside/access-reviews/$id' })
  const query = useQuery(reviewQuery(Number(id)))
  return <Loaded key={id} query={query}>{(detail) => <Page detail={detail} />}</Loaded>
}

function Page({ detail }: { detail: Detail }) {
  const { t } = useWords()
  const f = useFormat()
  const me = useMe()
  const may = useMay()
  const client = useQueryClient()
  const act = useAct()
  const { review: r, lines } = detail
  const [said, setSaid] = useState<Record<number, 'keep' | 'end'>>({})
  const [saved, setSaved] = useState(false)
  const mine = may('decideAccessReview') && !r.done && r.organisation?.id === me.active.organisation?.id
  const open = lines.filter((l) => l.open)
  const keep = open.filter((l) => said[l.grant] === 'keep').map((l) => l.grant)
  const end = open.filter((l) => said[l.grant] === 'end').map((l) => l.grant)
  const chosen = keep.length + end.length
  const send = async () => {
    setSaved(false)
    const good = await act.run(async () => {
      const now = await unwrap(api.POST('/api/v1/access-reviews/{id}/decide', { params: { path: { id: r.id }, header: { 'If-Match': `"${r.version}"` } }, body: { keep, end } }))
      client.setQueryData(reviewQuery(r.id).queryKey, now)
      setSaid({})
      void client.invalidateQueries({ queryKey: ['access-reviews', 'list'] })
      void client.invalidateQueries({ queryKey: ['users'] })
      void client.invalidateQueries({ queryKey: ['desk'] })
    })
    setSaved(good)
  }
  /** One's own role: somebody else ends it. */
  const own = (l: Line) => me.roles.some((x) => x.id === l.grant)
  const refused = act.error && lines.find((l) => l.grant === act.error?.detail.grant)
  const columns: Column<Line>[] = [
    { id: 'name', head: t('reviews.name'), main: true, cell: (l) => <Link to="/users/$id" params={{ id: String(l.user) }}>{l.name}</Link> },
    { id: 'role', head: t('reviews.role'), cell: (l) => t(`session.role.${l.role}`) },
    { id: 'since', head: t('reviews.since'), cell: (l) => f.date(l.from) },
    { id: 'verdict', head: t('reviews.verdict'), cell: (l) => l.open && mine ? (
      <fieldset className="k-either">
        <legend className="sr-only">{t('reviews.verdictOf', { role: t(`session.role.${l.role}`), name: l.name })}</legend>
        {(['keep', 'end'] as const).map((v) => (
          <label key={v} className="k-check"><input type="radio" disabled={v === 'end' && own(l)} aria-describedby={own(l) || refused === l ? `why-${l.grant}` : undefined} name={`line-${l.grant}`} checked={said[l.grant] === v} onChange={() => setSaid((old) => ({ ...old, [l.grant]: v }))} /> {t(`reviews.${v}`)}</label>
        ))}
        {own(l) ? <span id={`why-${l.grant}`} className="k-quiet k-below">{t('reviews.ownRole')}</span>
          : refused === l && act.error ? <span id={`why-${l.grant}`} className="k-wrong k-below">{errorSentence(act.error)}</span> : null}
      </fieldset>
    ) : l.verdict === 'keep' ? <><Tag tone="ok">{t('reviews.kept')}</Tag> <span className="k-quiet">{[l.by, l.at && f.date(l.at)].filter(Boolean).join(', ')}</span></>
      : l.verdict === 'end' ? <><Tag tone="none">{t('reviews.ended')}</Tag> <span className="k-quiet">{[l.by, l.at && f.date(l.at)].filter(Boolean).join(', ')}</span></>
        : l.open ? '–' : <Tag tone="none">{t('reviews.endedElsewhere')}</Tag> },
  ]
  return (
    <>
      <PageHeading
        kicker={<Link to="/access-reviews">{t('reviews.title')}</Link>}
        title={t('reviews.pageTitle', { when: f.date(r.opened) })}
        lead={<>{r.organisation?.name ?? t('people.secretariat')} <ReviewState review={r} /></>}
      />
      <Facts items={[
        { label: t('reviews.due'), value: f.date(r.due) },
        { label: t('reviews.state'), value: r.done ? t('reviews.done', { when: f.date(r.done) }) : t('reviews.open', { count: r.open }) },
        r.doneBy !== undefined && { label: t('reviews.by'), value: r.doneBy },
      ]} />
      <p className="k-quiet">{mine || r.done ? t('reviews.lead') : t('reviews.notYours')}</p>
      {act.stale && <Stale detail={act.stale} reload={() => { act.clear(); void client.invalidateQueries({ queryKey: reviewQuery(r.id).queryKey }) }} />}
      {act.error && refused === undefined && <ErrorState error={act.error} />}
      {act.error && refused && (
        <Alert kind="error" role="alert" heading={t('reviews.notEnded', { role: t(`session.role.${refused.role}`), name: refused.name })}>
          <p>{errorSentence(act.error)}</p>
          <p>{t('reviews.notEndedHelp')}</p>
        </Alert>
      )}
      {saved && <Alert kind="success" role="status"><p>{r.done ? t('reviews.finished') : t('reviews.saved')}</p></Alert>}
      {mine && open.length > 0 && (
        <p><button type="button" className="k-textbutton" onClick={() => setSaid((old) => ({ ...Object.fromEntries(open.map((l) => [l.grant, 'keep' as const])), ...old }))}>{t('reviews.keepAll')}</button></p>
      )}
      <DataTable caption={t('reviews.linesCaption')} columns={columns} rows={lines} rowKey={(l) => l.grant} />
      {mine && (
        <div className="k-actions k-section">
          <button type="button" className="button button-primary" disabled={open.length > 0 && chosen === 0} aria-disabled={act.sending} onClick={() => void send()}>{chosen === open.length ? t('reviews.finish') : t('reviews.send')}</button>
          <span role="status">{[t('reviews.chosen', { count: chosen }), end.length > 0 && t('reviews.endsNow', { count: end.length })].filter(Boolean).join(' · ')}</span>
        </div>
      )}
    </>
  )
}
