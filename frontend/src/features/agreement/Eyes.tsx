import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { openCommentsQuery } from '../../api/agreements'
import { api, unwrap, type Schemas } from '../../api/client'
import { policyAddress } from '../../api/policy'
import { useFormat, useWords } from '../../i18n'
import { useMay } from '../../session'
import { CheckLine } from '../../ui/CheckLine'
import { Field } from '../../ui/form'
import { goTo } from '../../ui/goTo'
import { MoreExist } from '../../ui/MoreExist'
import { ErrorState } from '../../ui/states'
import { Tag, type Tone } from '../../ui/Tag'
import { useAct } from '../../ui/useAct'
import { reviewsQuery } from './reviewQueries'

type Reviews = Schemas['AgreementReviews']

const tone: Record<Reviews['state'], Tone> = { none: 'none', asked: 'waiting', approved: 'ok', returned: 'overdue', void: 'attention' }

/** A second lawyer looks at a draft: who was asked, what they said, and whether it still holds. */
export function Eyes({ agreement }: { agreement: number }) {
  const { t } = useWords()
  const f = useFormat()
  const may = useMay()
  const query = useQuery(reviewsQuery(agreement))
  const r = query.data
  if (!r) return null
  return (
    <section className="k-section" aria-labelledby="review">
      <h2 id="review">{t('form.review.title')}</h2>
      <p><Tag tone={tone[r.state]}>{t(`form.review.state.${r.state}`)}</Tag> {r.required && t('form.review.required')}</p>
      {(r.required || may('setPolicyNumber')) && <p><Link to="/policy-numbers/$key" params={policyAddress('agreement.second_eyes')}>{t(r.required ? 'form.review.policyIs' : 'form.review.policyNot')}</Link></p>}
      {r.state === 'void' && <p>{t('form.review.voidWhy')}</p>}
      <ul className="k-plain k-hearings">
        {r.items.map((x) => (
          <li key={x.id}>
            <span className="k-quiet">{[t('form.review.askedLine', { who: x.askedBy, when: f.dateTime(x.askedAt) }), x.askedOf && t('form.review.askedOf', { who: x.askedOf })].filter(Boolean).join(' · ')}</span>
            {x.note && <span dir="auto">{x.note}</span>}
            {x.verdict && x.decidedAt && <><Tag tone={tone[x.verdict]}>{t(x.verdict === 'approved' ? 'form.review.state.approved' : 'form.review.state.returned')}</Tag><span className="k-quiet">{t('form.review.decidedLine', { who: x.decidedBy ?? '', when: f.dateTime(x.decidedAt) })}</span></>}
            {x.reason && <span dir="auto">{x.reason}</span>}
          </li>
        ))}
      </ul>
      <MoreExist shown={r.items.length} more={r.more} />
      {may('askAgreementReview') && (r.state === 'asked' ? (r.mayDecide ? <Decide agreement={agreement} reviews={r} /> : <p className="k-quiet">{t('form.review.self')}</p>) : r.state !== 'approved' && <Ask agreement={agreement} reviews={r} />)}
    </section>
  )
}

function useSettle(agreement: number) {
  const client = useQueryClient()
  return (made: Reviews) => {
    client.setQueryData(['agreements', agreement, 'reviews'], made)
    void client.invalidateQueries({ queryKey: ['agreements', agreement, 'release-check'] })
    void client.invalidateQueries({ queryKey: ['agreements', agreement, 'history'] })
    void client.invalidateQueries({ queryKey: ['desk'] })
  }
}

function Ask({ agreement, reviews }: { agreement: number; reviews: Reviews }) {
  const { t } = useWords()
  const act = useAct()
  const settle = useSettle(agreement)
  const [of, setOf] = useState('')
  const [note, setNote] = useState('')
  const send = () => act.run(async () => settle(await unwrap(api.POST('/api/v1/agreements/{id}/reviews', { params: { path: { id: agreement } }, body: { ...(of && { of: Number(of) }), note } }))))
  return (
    <details className="k-more-form">
      <summary>{t('form.review.ask')}</summary>
      <form noValidate onSubmit={(event) => { event.preventDefault(); void send() }}>
        <Field id="review-of" label={t('form.review.whom')} error={act.says('of')}>
          {(props) => (
            <select {...props} className="form-select" value={of} onChange={(event) => setOf(event.target.value)}>
              <option value="">{t('form.review.anybody')}</option>
              {reviews.lawyers.map((l) => <option key={l.id} value={l.id}>{l.name}</option>)}
            </select>
          )}
        </Field>
        <Field id="review-note" label={t('form.review.note')} optional>
          {(props) => <textarea {...props} className="form-input" rows={2} maxLength={2000} value={note} onChange={(event) => setNote(event.target.value)} />}
        </Field>
        {act.error && <ErrorState error={act.error} />}
        <button type="submit" className="button button-secondary" aria-disabled={act.sending}>{t('form.review.askSend')}</button>
      </form>
    </details>
  )
}

function Decide({ agreement, reviews }: { agreement: number; reviews: Reviews }) {
  const { t } = useWords()
  const act = useAct()
  const settle = useSettle(agreement)
  const [reason, setReason] = useState('')
  const may = useMay()
  const open = useQuery({ ...openCommentsQuery(agreement), enabled: may('listComments') }).data ?? 0
  const give = (approve: boolean) => act.run(async () => settle(await unwrap(api.POST('/api/v1/agreements/{id}/reviews/verdict', { params: { path: { id: agreement } }, body: { approve, reason, version: reviews.version } }))))
  return (
    <div className="k-form">
      {open > 0 && <ul className="k-act__checks"><CheckLine tone="warn" title={t('release.comments', { count: open })} body={t('form.review.openBody')}><a href="#comments" onClick={(event) => { event.preventDefault(); goTo('comments') }}>{t('release.toComments')}</a></CheckLine></ul>}
      {act.error && <ErrorState error={act.error} focus />}
      <p><button type="button" className="button button-primary" aria-disabled={act.sending} onClick={() => void give(true)}>{t('form.review.approve')}</button></p>
      <Field id="review-reason" label={t('form.review.reason')} error={act.says('reason')}>
        {(props) => <textarea {...props} className="form-input" rows={2} maxLength={2000} value={reason} onChange={(event) => setReason(event.target.value)} />}
      </Field>
      <button type="button" className="button button-secondary" aria-disabled={act.sending} onClick={() => void give(false)}>{t('form.review.sendBack')}</button>
    </div>
  )
}
