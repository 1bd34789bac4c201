import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { agreementQuery, hearingsQuery, openCommentsQuery } from '../../api/agreements'
import { api, unwrap, type Schemas } from '../../api/client'
import { guesses } from '../../api/showIf'
import { useFormat, useWords } from '../../i18n'
import { parseDate } from '../../i18n/format'
import { useMay } from '../../session'
import { Alert } from '../../ui/Alert'
import { fieldId } from '../../ui/ClauseText'
import { DayField } from '../../ui/DayField'
import { CheckLine } from '../../ui/CheckLine'
import { Icon } from '../../ui/Icon'
import { OutdatedClauses } from '../../ui/OutdatedClauses'
import { PageHeading } from '../../ui/PageHeading'
import { Stale } from '../../ui/Stale'
import { ErrorSummary } from '../../ui/form'
import { ErrorState, Loaded } from '../../ui/states'
import { useAct } from '../../ui/useAct'
import { AudienceForm } from './Audience'
import { firstAudience, membersHave, passedBy, reach, reachable, type Audience, type Recipient } from './audience'
import { listed, obstacles } from './obstacles'
import { checkQuery } from './queries'

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
  const check = useQuery(checkQuery(a.id))
  return (
    <div className="k-act">
      <PageHeading
        kicker={<Link to="/agreements/$id" params={{ id: String(a.id) }}>{a.title}</Link>}
        title={a.state === 'draft' ? t('release.title') : t('release.more')}
        lead={a.title.includes(a.vendor.name) ? undefined : t('release.lead', { vendor: a.vendor.name })}
      />
      {a.state === 'offered' && (
        <Alert kind="info">
          <p>{t('release.already')}</p>
          {detail.batch && <p><Link to="/batches/$id" params={{ id: String(detail.batch.id) }}>{t('agreement.toBatch')}</Link></p>}
        </Alert>
      )}
      <Loaded query={check}>{(c) => (a.state === 'offered' && !c.recipients.some(reachable) ? <NobodyLeft detail={detail} /> : <Act detail={detail} check={c} />)}</Loaded>
    </div>
  )
}

/** There is nothing to do here: nobody is asked whom it should reach, and no button says zero. */
function NobodyLeft({ detail: { agreement } }: { detail: Detail }) {
  const { t } = useWords()
  const amendment = agreement.kind === 'amendment'
  return (
    <>
      <Alert kind="info" heading={t(amendment ? 'release.everybodyHasAmendment' : 'release.everybodyHas')}><p>{t(amendment ? 'release.nobodyLeftAmendment' : 'release.nobodyLeft')}</p></Alert>
      <p><Link to="/agreements/$id" params={{ id: String(agreement.id) }}>{t('release.backTo')}</Link></p>
    </>
  )
}

function Act({ detail, check }: { detail: Detail; check: Check }) {
  const { t } = useWords()
  const f = useFormat()
  const navigate = useNavigate()
  const client = useQueryClient()
  const id = detail.agreement.id
  const draft = detail.agreement.state === 'draft'
  const sending = useAct()
  const [audience, setAudience] = useState<Audience>(() => firstAudience(check))
  const [due, setDue] = useState('')
  const reached = reach(check.recipients, audience)
  const count = { count: reached.length, formatted: f.number(reached.length) }
  const day = due.trim() === '' ? undefined : parseDate(due)
  const wrongDay = due.trim() !== '' && day === undefined
  const late = sending.says('due')
  const labels = new Map(detail.fields.map((x) => [x.path, x.label]))
  const ready = (draft ? check.ready : check.strayed.length === 0) && reached.length > 0 && !wrongDay
  const blocked = useBlocked(check)
  const why = draft && !check.ready ? blocked : reached.length === 0 ? t('release.nobody') : undefined
  const release = () => sending.run(async () => {
    const body = { audience: audience.kind, ...(audience.kind === 'chosen' && { organisations: reached.map((r) => r.organisation.id) }), ...(day && { due: day }) }
    const batch = await unwrap(draft
      ? api.POST('/api/v1/agreements/{id}/release', { params: { path: { id }, header: { 'If-Match': `"${check.version}"` } }, body })
      : api.POST('/api/v1/agreements/{id}/offers', { params: { path: { id } }, body }))
    client.setQueryData(['batches', batch.id], batch)
    for (const key of ['agreements', 'desk', 'tasks']) void client.invalidateQueries({ queryKey: [key] })
    await navigate({ to: '/batches/$id', params: { id: String(batch.id) }, ignoreBlocker: true })
  })
  const reload = async () => {
    await client.refetchQueries({ queryKey: ['agreements', id] })
    sending.clear()
  }
  return (
    <>
      {!draft && membersHave(check.recipients) && <Alert kind="info" heading={t('release.allHave')}><p>{t('release.allHaveBody')}</p></Alert>}
      <AudienceForm check={check} audience={audience} change={setAudience} />
      <p className="k-act__number" role="status">{reached.length > 0 && t('release.recipients', count)}</p>
      <DayField id="due" label={t('release.due')} hint={t('release.dueHint', { when: f.date(check.due) })} error={wrongDay ? t('agreement.field.dateInvalid') : late} optional value={due} onChange={(typed) => { setDue(typed); sending.clear() }} />
      <h2>{t('release.whatHappens')}</h2>
      <ul>
        <li>{t('release.happens1')}</li>
        <li>{t('release.happens2')}</li>
        <li>{t('release.happens3')}</li>
        {detail.agreement.kind === 'amendment' && <li>{t('release.happensAmendment')}</li>}
        {draft && detail.agreement.kind === 'replacement' && detail.agreement.versionNo > 1 && <li>{t('release.happensReplacement')}</li>}
      </ul>
      <ul className="k-act__checks">
        {draft && <TextChecks detail={detail} check={check} labels={labels} />}
        <Strayed detail={detail} check={check} />
        {draft && <Open agreement={id} />}
        <Gaps reached={reached} passed={passedBy(check.recipients, audience)} />
        {draft && <CheckLine tone="warn" icon="lock" title={t('release.cannotUndo')} body={t('release.cannotUndoBody')} />}
      </ul>
      {sending.stale && <Stale detail={sending.stale} reload={() => void reload()} fieldName={(path) => labels.get(path.replace(/^answers[./]/, '')) ?? path} />}
      {late ? <ErrorSummary mistakes={[{ field: 'due', message: late }]} attempt={sending.attempt} /> : sending.error && <ErrorState error={sending.error} focus />}
      {why && <p id="not-ready">{why}</p>}
      <div className="k-actions">
        <button type="button" className="button button-primary" disabled={!ready} aria-disabled={sending.sending} aria-describedby={why ? 'not-ready' : undefined} onClick={() => void release()}>
          <Icon name="send" />
          {sending.sending ? t('release.sending') : reached.length > 0 ? t('release.button', count) : t('release.buttonNone')}
        </button>
        <Link to="/agreements/$id" params={{ id: String(id) }}>{t('release.backTo')}</Link>
      </div>
    </>
  )
}

/** What has to be done before a release, in one sentence. */
function useBlocked(check: Check): string {
  const { t } = useWords()
  const { lang } = useFormat()
  const o = obstacles(check)
  const counted = (['errors', 'fields', 'systems', 'clauses'] as const).filter((x) => o[x] > 0).map((x) => t(`release.mend.${x}`, { count: o[x] }))
  const rest = (['unamended', 'review'] as const).filter((x) => o[x]).map((x) => t(`release.mend.${x}`))
  return t('release.notReady', { what: listed([...counted, ...rest], lang) })
}

/** What the secretariat said of the draft and has not closed. */
function Open({ agreement }: { agreement: number }) {
  const { t } = useWords()
  const may = useMay()
  const open = useQuery({ ...openCommentsQuery(agreement), enabled: may('listComments') }).data ?? 0
  if (open === 0) return null
  return <CheckLine tone="warn" title={t('release.comments', { count: open })} body={t('release.commentsBody')}><Link to="/agreements/$id" params={{ id: String(agreement) }} hash="comments">{t('release.toComments')}</Link></CheckLine>
}

/** What the text lacks, and what speaks against it. */
function TextChecks({ detail, check, labels }: { detail: Detail; check: Check; labels: Map<string, string> }) {
  const { t } = useWords()
  const f = useFormat()
  const id = detail.agreement.id
  const unconfirmed = guesses(detail)
  const may = useMay()
  const hearing = useQuery({ ...hearingsQuery(id), enabled: may('listHearings') }).data?.items.find((h) => h.closed === undefined)
  const to = (path: string, name: string) => <Link to="/agreements/$id" params={{ id: String(id) }} hash={fieldId(path)}>{name}</Link>
  return (
    <>
      {check.unanswered.length > 0 ? (
        <CheckLine tone="stop" title={t('release.unanswered', { count: check.unanswered.length })} body={t('release.unansweredBody', { count: check.unanswered.length })}>
          <ul className="k-columns">{check.unanswered.map((field) => <li key={field.path}>{to(field.path, field.label)}</li>)}</ul>
        </CheckLine>
      ) : (
        <CheckLine tone="ok" title={t('release.unansweredNone')} />
      )}
      {check.broken.map((rule) => (
        <CheckLine key={rule.code} tone={rule.severity === 'error' ? 'stop' : 'warn'} title={labels.get(rule.path) ?? rule.path} body={rule.says[f.lang]}>{to(rule.path, t('release.toAnswer'))}</CheckLine>
      ))}
      <CheckLine tone={check.review === 'approved' ? 'ok' : check.reviewRequired ? 'stop' : 'warn'} title={t(check.review === 'approved' ? 'release.looked' : 'release.notLooked')} />
      {check.unset.map((x) => (
        <CheckLine key={x.path} tone="stop" title={x.label} body={t('release.unset', { characters: Array.from(x.characters).join(' ') })}>{to(x.path, t('release.toAnswer'))}</CheckLine>
      ))}
      <OutdatedClauses agreement={id} clauses={check.outdated} />
      {check.unamended && <CheckLine tone="stop" title={t('release.unamended')} body={t('release.unamendedBody')} />}
      {hearing && (
        <CheckLine tone="warn" title={t('release.hearing', { count: (hearing.asked ?? 0) - (hearing.sent ?? 0) })} body={t('release.hearingBody')}>
          <Link to="/hearings/$id" params={{ id: String(hearing.id) }}>{t('release.toHearing')}</Link>
        </CheckLine>
      )}
      {unconfirmed.length > 0 && (
        <CheckLine tone="warn" title={t('release.unconfirmed', { count: unconfirmed.length })} body={t('release.unconfirmedBody')}>
          <ul className="k-columns">{unconfirmed.map((field) => <li key={field.path}>{to(field.path, field.label)}</li>)}</ul>
        </CheckLine>
      )}
    </>
  )
}

/** Systems that another vendor delivers today. */
function Strayed({ detail: { agreement }, check }: { detail: Detail; check: Check }) {
  const { t } = useWords()
  if (check.strayed.length === 0) return null
  return (
    <CheckLine tone="stop" title={t('release.strayed', { count: check.strayed.length })} body={t(agreement.state === 'draft' ? 'release.strayedBody' : 'release.strayedMoreBody')}>
      <ul className="k-columns">{check.strayed.map((s) => <li key={s.number}><Link to="/systems/$number" params={{ number: String(s.number) }}>{s.name}</Link></li>)}</ul>
      {agreement.state === 'draft' && agreement.versionNo === 1 && <Link to="/agreements/$id/systems" params={{ id: String(agreement.id) }}>{t('agreement.toSystems')}</Link>}
    </CheckLine>
  )
}

/** Whom it reaches without what a paper or a person needs. */
function Gaps({ reached, passed }: { reached: Recipient[]; passed: Recipient[] }) {
  const { t } = useWords()
  const unaddressed = reached.filter((r) => r.missingAddress)
  const alone = reached.filter((r) => r.noContact)
  const outside = reached.filter((r) => !r.member)
  const idle = reached.filter((r) => r.member && r.systems.length === 0)
  const names = (of: Recipient[]) => (
    <ul className="k-columns">{of.map((r) => <li key={r.organisation.id}><Link to="/organisations/$id" params={{ id: String(r.organisation.id) }}>{r.organisation.name}</Link></li>)}</ul>
  )
  const folded = (of: Recipient[]) => (of.length > 6 ? <details><summary>{t('release.showThem', { count: of.length })}</summary>{names(of)}</details> : names(of))
  return (
    <>
      {reached.length === 0 ? null : unaddressed.length > 0 ? <CheckLine tone="warn" title={t('release.missing', { count: unaddressed.length })} body={t('release.missingBody')}>{folded(unaddressed)}</CheckLine> : <CheckLine tone="ok" title={t('release.missingNone')} />}
      {alone.length > 0 && <CheckLine tone="warn" title={t('release.alone', { count: alone.length })} body={t('release.aloneBody')}>{folded(alone)}</CheckLine>}
      {idle.length > 0 && <CheckLine tone="warn" title={t('release.idle', { count: idle.length })} body={t('release.idleBody')}>{folded(idle)}</CheckLine>}
      {passed.length > 0 && <CheckLine tone="warn" title={t('release.passed', { count: passed.length })} body={t('release.passedBody')}>{folded(passed)}</CheckLine>}
      {outside.length > 0 && <CheckLine tone="warn" title={t('release.outside', { count: outside.length })} body={t('release.outsideBody')}>{folded(outside)}</CheckLine>}
    </>
  )
}
