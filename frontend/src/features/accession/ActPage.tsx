import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { api, unwrap, type Schemas } from '../../api/client'
import { useFormat, useWords } from '../../i18n'
import { parseDate } from '../../i18n/format'
import { isOffice, useMe } from '../../session'
import { Advice } from '../../ui/Advice'
import { Alert } from '../../ui/Alert'
import { Amendment } from '../../ui/Amendment'
import { DayField } from '../../ui/DayField'
import { ErrorSummary, Field, sendOnCtrlEnter, type Mistake } from '../../ui/form'
import { fieldId } from '../../ui/ClauseText'
import { CheckLine } from '../../ui/CheckLine'
import { PageHeading } from '../../ui/PageHeading'
import { Stale } from '../../ui/Stale'
import { ErrorState, Loaded } from '../../ui/states'
import { useAct } from '../../ui/useAct'
import { useUnsaved } from '../../ui/unsaved'
import { accessionQuery } from './queries'
import { Due, useActName } from './states'
import { concludes, wants } from './wants'

type Detail = Schemas['AccessionDetail']
type Act = Schemas['AccessionAct']

const reasoned: Act[] = ['hold', 'decline', 'terminate']
/** What is decided with the system owner's word at hand. */
const decides: Act[] = ['accept', 'hold', 'decline']

/** An act has its own page: what happens, what it needs, one button that names it. */
export default function ActPage() {
  const { id, act } = useParams({ from: '/inside/accessions/$id/act/$act' })
  const query = useQuery(accessionQuery(Number(id)))
  return <Loaded key={id + act} query={query}>{(detail) => <Page detail={detail} act={act as Act} />}</Loaded>
}

function Page({ detail, act }: { detail: Detail; act: Act }) {
  const { t } = useWords()
  const office = isOffice(useMe())
  const a = detail.accession
  const proposing = office && !detail.mandated
  const params = { id: String(a.id) }
  const name = useActName(detail)(act)
  return (
    <div className="k-act">
      <PageHeading
        kicker={<Link to="/accessions/$id" params={params}>{office ? `${a.title} · ${a.organisation.name}` : a.title}</Link>}
        title={proposing ? t('accession.propose', { act: name.toLowerCase() }) : name}
        lead={detail.editable && detail.due !== undefined && <span>{t('accession.due')}: <Due detail={detail} /></span>}
      />
      <Amendment of={a} changes={detail.changes} />
      {detail.acts.includes(act) ? <Form detail={detail} act={act} proposing={proposing} /> : (
        <Alert kind="info">
          <p>{t('accession.notOpen', { state: t(`accession.stateName.${a.state}`).toLowerCase() })}</p>
          <p><Link to="/accessions/$id" params={params}>{t('accession.backTo')}</Link></p>
        </Alert>
      )}
    </div>
  )
}

function Form({ detail, act, proposing }: { detail: Detail; act: Act; proposing: boolean }) {
  const { t } = useWords()
  const f = useFormat()
  const client = useQueryClient()
  const navigate = useNavigate()
  const sending = useAct()
  const office = isOffice(useMe())
  const [typed, setTyped] = useState('')
  const [reason, setReason] = useState('')
  const [attempt, setAttempt] = useState(0)
  const id = detail.accession.id
  const name = useActName(detail)(act)
  const day = typed.trim() === '' ? undefined : parseDate(typed)
  const days = detail.days.find((x) => x.act === act)
  const span = { first: f.date(days?.first ?? ''), last: f.date(days?.last ?? '') }
  useUnsaved(reason !== '' || typed !== '', 'act')
  const open = wants(detail, act).facts
  const stops = proposing ? [] : open // what is proposed may wait for the facts
  const unset = concludes(act) && !proposing && detail.unset.length > 0
  const mistakes: Mistake[] = [
    ...(typed.trim() !== '' && day === undefined ? [{ field: 'on', message: t('agreement.field.dateInvalid') }] : []),
    ...(day !== undefined && days && day < days.first ? [{ field: 'on', message: t('accession.dayEarly', span) }] : []),
    ...(day !== undefined && days && day > days.last ? [{ field: 'on', message: t('accession.dayLate', span) }] : []),
    ...(reasoned.includes(act) && reason.trim() === '' ? [{ field: 'reason', message: t('accession.reasonWanted') }] : []),
  ]
  const send = async () => {
    setAttempt((n) => n + 1)
    if (mistakes.length > 0) return
    const body = { act, ...(day && { on: day }), ...(reason.trim() && { reason: reason.trim() }) }
    await sending.run(async () => {
      const now = await unwrap(proposing
        ? api.POST('/api/v1/accessions/{id}/proposals', { params: { path: { id } }, body })
        : api.POST('/api/v1/accessions/{id}/acts', { params: { path: { id }, header: { 'If-Match': `"${detail.version}"` } }, body }))
      client.setQueryData(['accessions', id], now)
      for (const key of ['accessions', 'tasks', 'desk', 'usages']) void client.invalidateQueries({ queryKey: [key] })
      await navigate({ to: '/accessions/$id', params: { id: String(id) }, ignoreBlocker: true })
    })
  }
  // What the server says of a field stands there and in the summary, once each.
  const told: Mistake[] = ['on', 'reason'].flatMap((field) => { const message = sending.says(field); return message === undefined ? [] : [{ field, message }] })
  const errors = attempt === 0 ? [] : mistakes.length > 0 ? mistakes : told
  const wrong = (name: string) => errors.find((m) => m.field === name)?.message
  return (
    <form className="k-form" noValidate onSubmit={(event) => { event.preventDefault(); void send() }} onKeyDown={sendOnCtrlEnter}>
      <ErrorSummary mistakes={errors} attempt={attempt + sending.attempt} />
      {sending.stale && <Stale detail={sending.stale} reload={() => { sending.clear(); void client.refetchQueries({ queryKey: ['accessions', id] }) }} />}
      {sending.error && told.length === 0 && <ErrorState error={sending.error} focus />}
      <p>{t(detail.accession.kind === 'amendment' ? `amendment.happens.${act}` : `accession.happens.${act}`, { organisation: detail.accession.organisation.name })}</p>
      {proposing && <p>{t('accession.proposeHelp', { organisation: detail.accession.organisation.name })}</p>}
      {office && detail.mandated && <Alert kind="info"><p>{t('accession.underMandate', { organisation: detail.accession.organisation.name })}</p></Alert>}
      {concludes(act) && (
        <ul className="k-act__checks">
          {decides.includes(act) && <Advice accession={id} />}
          <CheckLine tone={open.length === 0 ? 'ok' : proposing ? 'warn' : 'stop'} body={proposing && open.length > 0 ? t('accession.factsFirst') : undefined}
            title={open.length === 0 ? t(office ? 'accession.factsReadyOffice' : 'accession.factsReady') : t(office ? 'accession.factsOpenOffice' : 'accession.factsOpen', { count: open.length })}>
            {open.map((path) => {
              const label = detail.fields.find((x) => x.path === path)?.label ?? path
              return <p key={path}>{office ? label : <Link to="/accessions/$id" params={{ id: String(id) }} hash={fieldId(path)}>{label}</Link>}</p>
            })}
          </CheckLine>
          {detail.unset.map((x) => (
            <CheckLine key={x.path + x.label} tone="stop" title={x.label} body={t('release.unset', { characters: Array.from(x.characters).join(' ') })}>
              <p><Link to="/accessions/$id" params={{ id: String(id) }} hash={['party', 'systems'].includes(x.path) ? x.path : fieldId(x.path)}>{t('accession.toUnset')}</Link></p>
            </CheckLine>
          ))}
          <CheckLine tone={detail.accession.missingAddress ? 'stop' : 'ok'} title={detail.accession.missingAddress ? t('accession.missingAddress') : t('accession.addressReady')}>
            {detail.accession.missingAddress && <p><Link to="/accessions/$id" params={{ id: String(id) }} hash="party">{t('accession.backTo')}</Link></p>}
          </CheckLine>
          <CheckLine tone="ok" title={t('accession.coversCount', { count: detail.systems.length, names: detail.systems.map((s) => s.name).join(', ') })} />
        </ul>
      )}
      {!concludes(act) && decides.includes(act) && <Advice accession={id} alone />}
      {act !== 'reopen' && act !== 'continue' && (
        <DayField id="on" label={t(`accession.dayOf.${act}`)} hint={t(proposing ? 'accession.confirmedWhenEmpty' : 'accession.dayHint', span)} error={wrong('on')} optional value={typed} onChange={setTyped} />
      )}
      {(reasoned.includes(act) || act === 'reopen' || act === 'continue' || proposing) && (
        <Field id="reason" label={t('accession.reason')} hint={t(office ? 'accession.reasonHintOffice' : 'accession.reasonHint')} error={wrong('reason')} optional={!reasoned.includes(act)}>
          {(props) => <textarea {...props} className="form-input" rows={3} maxLength={2000} value={reason} onChange={(event) => setReason(event.target.value)} />}
        </Field>
      )}
      <div className="k-actions">
        <button type="submit" className="button button-primary" disabled={stops.length > 0 || unset || sending.sending}>{proposing ? t('accession.proposeSend') : name}</button>
        <Link to="/accessions/$id" params={{ id: String(id) }}>{t('accession.backTo')}</Link>
      </div>
      {act === 'accept' && !proposing && <p className="k-quiet">{t('accession.acceptUndo')}</p>}
    </form>
  )
}
