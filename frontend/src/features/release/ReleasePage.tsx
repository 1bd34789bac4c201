import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import { api, unwrap, type Schemas } from '../../api/client'
import { ApiError, type StaleDetail } from '../../api/problem'
import { guesses } from '../../api/showIf'
import { useFormat, useWords } from '../../i18n'
import { Alert } from '../../ui/Alert'
import { fieldId } from '../../ui/ClauseText'
import { Icon } from '../../ui/Icon'
import { PageHeading } from '../../ui/PageHeading'
import { Stale } from '../../ui/Stale'
import { ErrorState, Loaded } from '../../ui/states'
import { agreementQuery, checkQuery } from './queries'

type Check = Schemas['ReleaseCheck']
type Detail = Schemas['AgreementDetail']

/** An act has its own page: what happens, to whom, what cannot be undone, one button that names it. */
export default function ReleasePage() {
  const { id } = useParams({ from: '/inside/agreements/$id/release' })
  const detail = useQuery(agreementQuery(Number(id)))
  return <Loaded key={id} query={detail}>{(d) => <Page detail={d} />}</Loaded>
}

function Page({ detail }: { detail: Detail }) {
  const { t } = useWords()
  const a = detail.agreement
  const check = useQuery({ ...checkQuery(a.id), enabled: a.state === 'draft' })
  return (
    <div className="k-act">
      <PageHeading
        kicker={<Link to="/agreements/$id" params={{ id: String(a.id) }}>{a.title}</Link>}
        title={t('release.title')}
        lead={a.title.includes(a.vendor.name) ? undefined : t('release.lead', { vendor: a.vendor.name })}
      />
      {a.state === 'draft' ? (
        <Loaded query={check}>{(c) => <Act detail={detail} check={c} />}</Loaded>
      ) : (
        <Alert kind="info">
          <p>{t('release.already')}</p>
          {detail.batch && <p><Link to="/batches/$id" params={{ id: String(detail.batch.id) }}>{t('agreement.toBatch')}</Link></p>}
        </Alert>
      )}
    </div>
  )
}

function Act({ detail, check }: { detail: Detail; check: Check }) {
  const { t } = useWords()
  const f = useFormat()
  const navigate = useNavigate()
  const client = useQueryClient()
  const id = detail.agreement.id
  const [sending, setSending] = useState(false)
  const [stale, setStale] = useState<StaleDetail>()
  const [error, setError] = useState<unknown>()
  const count = { count: check.recipients, formatted: f.number(check.recipients) }
  const labels = new Map(detail.fields.map((x) => [x.path, x.label]))
  const unconfirmed = guesses(detail)
  const release = async () => {
    if (sending) return
    setSending(true)
    setStale(undefined)
    setError(undefined)
    try {
      const batch = await unwrap(api.POST('/api/v1/agreements/{id}/release', { params: { path: { id }, header: { 'If-Match': `"${check.version}"` } } }))
      client.setQueryData(['batches', batch.id], batch)
      void client.invalidateQueries({ queryKey: ['agreements'] })
      void client.invalidateQueries({ queryKey: ['desk'] })
      await navigate({ to: '/batches/$id', params: { id: String(batch.id) } })
    } catch (refusal) {
      if (refusal instanceof ApiError && refusal.stale) setStale(refusal.stale)
      else setError(refusal)
      setSending(false)
    }
  }
  const reload = async () => {
    await client.refetchQueries({ queryKey: ['agreements', id] })
    setStale(undefined)
  }
  return (
    <>
      <p className="k-act__number">{t('release.recipients', count)}</p>
      <h2>{t('release.whatHappens')}</h2>
      <ul>
        <li>{t('release.happens1')}</li>
        <li>{t('release.happens2')}</li>
        <li>{t('release.happens3')}</li>
      </ul>
      <ul className="k-act__checks">
        {check.unanswered.length > 0 ? (
          <CheckLine tone="stop" title={t('release.unanswered', { count: check.unanswered.length })} body={t('release.unansweredBody')}>
            <ul className="k-columns">
              {check.unanswered.map((field) => (
                <li key={field.path}><Link to="/agreements/$id" params={{ id: String(id) }} hash={fieldId(field.path)}>{field.label}</Link></li>
              ))}
            </ul>
          </CheckLine>
        ) : (
          <CheckLine tone="ok" title={t('release.unansweredNone')} />
        )}
        {check.broken.map((rule) => (
          <CheckLine key={rule.code} tone={rule.severity === 'error' ? 'stop' : 'warn'} title={labels.get(rule.path) ?? rule.path} body={rule.says[f.lang]}>
            <Link to="/agreements/$id" params={{ id: String(id) }} hash={fieldId(rule.path)}>{t('release.toAnswer')}</Link>
          </CheckLine>
        ))}
        <CheckLine tone={check.review === 'approved' ? 'ok' : check.reviewRequired ? 'stop' : 'warn'} title={t(check.review === 'approved' ? 'release.looked' : 'release.notLooked')} />
        {check.unset.map((x) => (
          <CheckLine key={x.path} tone="stop" title={x.label} body={t('release.unset', { characters: Array.from(x.characters).join(' ') })}>
            <Link to="/agreements/$id" params={{ id: String(id) }} hash={fieldId(x.path)}>{t('release.toAnswer')}</Link>
          </CheckLine>
        ))}
        {unconfirmed.length > 0 && (
          <CheckLine tone="warn" title={t('release.unconfirmed', { count: unconfirmed.length })} body={t('release.unconfirmedBody')}>
            <ul className="k-columns">
              {unconfirmed.map((field) => (
                <li key={field.path}><Link to="/agreements/$id" params={{ id: String(id) }} hash={fieldId(field.path)}>{field.label}</Link></li>
              ))}
            </ul>
          </CheckLine>
        )}
        {check.missingAddress.length > 0 ? (
          <CheckLine tone="warn" title={t('release.missing', { count: check.missingAddress.length })} body={t('release.missingBody')}>
            <ul className="k-columns">
              {check.missingAddress.map((o) => (
                <li key={o.id}><Link to="/organisations/$id" params={{ id: String(o.id) }}>{o.name}</Link></li>
              ))}
            </ul>
          </CheckLine>
        ) : (
          <CheckLine tone="ok" title={t('release.missingNone')} />
        )}
        <CheckLine tone="warn" icon="lock" title={t('release.cannotUndo')} body={t('release.cannotUndoBody')} />
      </ul>
      {stale && <Stale detail={stale} reload={() => void reload()} fieldName={(path) => labels.get(path.replace(/^answers[./]/, '')) ?? path} />}
      {error !== undefined && <ErrorState error={error} />}
      {!check.ready && <p id="not-ready">{t('release.notReady')}</p>}
      <div className="k-actions">
        <button type="button" className="button button-primary" disabled={!check.ready} aria-disabled={sending} aria-describedby={check.ready ? undefined : 'not-ready'} onClick={() => void release()}>
          <Icon name="send" />
          {sending ? t('release.sending') : t('release.button', count)}
        </button>
        <Link to="/agreements/$id" params={{ id: String(id) }}>{t('release.backTo')}</Link>
      </div>
    </>
  )
}

const signs = { ok: 'success', warn: 'warning', stop: 'error' } as const

function CheckLine({ tone, icon, title, body, children }: { tone: keyof typeof signs; icon?: 'lock'; title: string; body?: string; children?: ReactNode }) {
  return (
    <li>
      <Icon name={icon ?? signs[tone]} className={`k-act__${tone}`} />
      <div>
        <p><strong>{title}</strong></p>
        {body && <p>{body}</p>}
        {children}
      </div>
    </li>
  )
}
