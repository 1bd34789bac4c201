import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { useForm } from 'react-hook-form'
import { api, unwrap, type Schemas } from '../../api/client'
import { findVendors } from '../../api/findVendors'
import { ApiError, type StaleDetail } from '../../api/problem'
import { sendPdf } from '../../api/sendPdf'
import { useWords } from '../../i18n'
import { parseDate, typedDate } from '../../i18n/format'
import { isOffice, useMe } from '../../session'
import { ErrorSummary, Field, sendOnCtrlEnter, type Mistake } from '../../ui/form'
import { PageHeading } from '../../ui/PageHeading'
import { Pick, type Option } from '../../ui/Pick'
import { Stale } from '../../ui/Stale'
import { ErrorState, Loaded } from '../../ui/states'
import { ownQuery } from './queries'

type Detail = Schemas['OwnAgreementDetail']

export function NewOwnPage() {
  return <Form />
}

export function EditOwnPage() {
  const { id } = useParams({ from: '/inside/own-agreements/$id/edit' })
  const query = useQuery({ ...ownQuery(Number(id)), refetchInterval: false })
  return <Loaded key={id} query={query}>{(detail) => <Form detail={detail} />}</Loaded>
}

interface Values {
  title: string
  kind: Schemas['OwnAgreementKind']
  signedOn: string
  endsOn: string
  concept: string
  intervalMonths: string
  caseNumber: string
  note: string
}

const findSystems = (vendor: string) => async (q: string, signal: AbortSignal) =>
  (await unwrap(api.GET('/api/v1/systems', { params: { query: { vendor: Number(vendor), limit: 12, ...(q && { q }) } }, signal }))).items.map((s) => ({ key: String(s.number), label: s.name }))

const findOrganisations = async (q: string, signal: AbortSignal) =>
  (await unwrap(api.GET('/api/v1/organisations', { params: { query: { q, limit: 12 } }, signal }))).items.map((o) => ({ key: String(o.id), label: o.name }))

function Form({ detail }: { detail?: Detail }) {
  const { t } = useWords()
  const office = isOffice(useMe())
  const client = useQueryClient()
  const navigate = useNavigate()
  const o = detail?.agreement
  const [chosen, setChosen] = useState<File>()
  const [organisation, setOrganisation] = useState<Option[]>([])
  const [vendor, setVendor] = useState<Option[]>(o ? [{ key: String(o.vendor.number), label: o.vendor.name }] : [])
  const [systems, setSystems] = useState<Option[]>((detail?.covers ?? []).map((s) => ({ key: String(s.number), label: s.name })))
  const [stale, setStale] = useState<StaleDetail>()
  const [error, setError] = useState<unknown>()
  const [version, setVersion] = useState(detail?.version ?? 0)
  const form = useForm<Values>({
    defaultValues: {
      title: o?.title ?? '', kind: o?.kind ?? 'own', signedOn: o?.signedOn ? typedDate(o.signedOn) : '', endsOn: o?.endsOn ? typedDate(o.endsOn) : '',
      concept: o?.concept === undefined ? '' : String(o.concept), intervalMonths: o?.intervalMonths === undefined ? '' : String(o.intervalMonths),
      caseNumber: o?.caseNumber ?? '', note: detail?.note ?? '',
    },
  })
  const { errors, submitCount, isSubmitting } = form.formState
  const tried = submitCount > 0
  const mistakes: Mistake[] = [
    ...(tried && office && organisation.length === 0 ? [{ field: 'organisation', message: t('own.organisationRequired') }] : []),
    ...(tried && vendor.length === 0 ? [{ field: 'vendor', message: t('own.vendorRequired') }] : []),
    ...(tried && vendor.length > 0 && systems.length === 0 ? [{ field: 'systems', message: t('own.systemsRequired') }] : []),
    ...(['signedOn', 'endsOn'] as const).flatMap((field) => (errors[field]?.message ? [{ field, message: `${t(`own.${field}`)}: ${errors[field].message}` }] : [])),
  ]
  const wrong = (field: string) => mistakes.find((m) => m.field === field)?.message
  const send = form.handleSubmit(async (v) => {
    setStale(undefined)
    setError(undefined)
    if (vendor.length === 0 || systems.length === 0 || (office && organisation.length === 0)) return
    const whose = office ? Number(organisation[0]?.key) : undefined
    try {
      const upload = chosen && (await sendPdf(chosen, whose))
      const body = {
        vendor: Number(vendor[0]?.key), systems: systems.map((s) => Number(s.key)), kind: v.kind, title: v.title, caseNumber: v.caseNumber, note: v.note,
        ...(v.signedOn && { signedOn: parseDate(v.signedOn) }), ...(v.endsOn && { endsOn: parseDate(v.endsOn) }),
        ...(v.concept && { concept: Number(v.concept) }), ...(v.intervalMonths && { intervalMonths: Number(v.intervalMonths) }),
        ...(upload && { upload: upload.id }),
      }
      const saved = o
        ? await unwrap(api.PATCH('/api/v1/own-agreements/{id}', { params: { path: { id: o.id }, header: { 'If-Match': `"${version}"` } }, body }))
        : await unwrap(api.POST('/api/v1/own-agreements', { body: { ...body, ...(whose && { organisation: whose }) } }))
      client.setQueryData(['own', saved.agreement.id], saved)
      void client.invalidateQueries({ queryKey: ['own'] })
      void client.invalidateQueries({ queryKey: ['usages'] })
      await navigate({ to: '/own-agreements/$id', params: { id: String(saved.agreement.id) } })
    } catch (refusal) {
      if (refusal instanceof ApiError && refusal.stale) setStale(refusal.stale)
      else setError(refusal)
    }
  })
  const reload = async () => {
    if (!o) return
    const fresh = await client.query({ ...ownQuery(o.id), staleTime: 0 })
    setVersion(fresh.version)
    setStale(undefined)
  }
  const day = { validate: (v: string) => v.trim() === '' || parseDate(v) !== undefined || t('own.dateInvalid') }
  return (
    <form className="k-form" noValidate onSubmit={(event) => void send(event)} onKeyDown={sendOnCtrlEnter}>
      <PageHeading
        kicker={o ? <Link to="/own-agreements/$id" params={{ id: String(o.id) }}>{o.title}</Link> : <Link to="/own-agreements">{t('own.listTitle')}</Link>}
        title={o ? t('own.editTitle') : t('own.newTitle')}
        lead={office ? t('own.proposedOffice') : undefined}
      />
      {stale && <Stale detail={stale} reload={() => void reload()} fieldName={() => t('own.title')} />}
      {error !== undefined && <ErrorState error={error} focus />}
      <ErrorSummary mistakes={mistakes} attempt={submitCount} />
      {office && <Pick id="organisation" label={t('own.organisation')} error={wrong('organisation')} value={organisation} onChange={setOrganisation} name={['organisations']} search={findOrganisations} />}
      <Pick id="vendor" label={t('own.vendor')} hint={t('systemPage.vendorHint')} error={wrong('vendor')} value={vendor} onChange={(v) => { setVendor(v); setSystems([]) }} name={['vendors']} search={findVendors} />
      {vendor[0] ? (
        <Pick key={vendor[0].key} id="systems" label={t('own.systems')} error={wrong('systems')} value={systems} onChange={setSystems} name={['systems', vendor[0].key]} search={findSystems(vendor[0].key)} many eager />
      ) : (
        <p className="k-quiet">{t('own.systems')}: {t('own.vendorFirst')}</p>
      )}
      <Field id="pdf" label={t('own.pdf')} hint={t('own.pdfHint')} optional>
        {(props) => <input {...props} type="file" accept=".pdf,application/pdf" className="k-file" onChange={(event) => setChosen(event.target.files?.[0])} />}
      </Field>
      <Field id="title" label={t('own.title')} hint={t('own.nameHint')} optional>
        {(props) => <input {...props} className="form-input" maxLength={200} autoComplete="off" {...form.register('title')} />}
      </Field>
      <Field id="kind" label={t('own.kindLabel')}>
        {(props) => (
          <select {...props} className="form-select" {...form.register('kind')}>
            <option value="own">{t('own.kind.own')}</option>
            <option value="kl_kombit">{t('own.kind.kl_kombit')}</option>
          </select>
        )}
      </Field>
      <Field id="signedOn" label={t('own.signedOn')} hint={t('systemPage.moveFromHint')} error={errors.signedOn?.message} optional>
        {(props) => <input {...props} className="form-input" maxLength={10} autoComplete="off" {...form.register('signedOn', day)} />}
      </Field>
      <Field id="endsOn" label={t('own.endsOn')} error={errors.endsOn?.message} optional>
        {(props) => <input {...props} className="form-input" maxLength={10} autoComplete="off" {...form.register('endsOn', day)} />}
      </Field>
      <Field id="concept" label={t('own.concept')} hint={t('own.conceptHint')} optional>
        {(props) => (
          <select {...props} className="form-select" {...form.register('concept')}>
            <option value="">{t('common.notGiven')}</option>
            {[1, 2, 3, 4, 5, 6].map((n) => <option key={n} value={n}>{n}</option>)}
          </select>
        )}
      </Field>
      <Field id="intervalMonths" label={t('own.interval')} optional>
        {(props) => <input {...props} className="form-input" type="number" min={1} max={120} {...form.register('intervalMonths')} />}
      </Field>
      <Field id="caseNumber" label={t('own.caseNumber')} optional>
        {(props) => <input {...props} className="form-input" maxLength={100} autoComplete="off" {...form.register('caseNumber')} />}
      </Field>
      <Field id="note" label={t('own.note')} optional>
        {(props) => <textarea {...props} className="form-input" rows={3} maxLength={4000} {...form.register('note')} />}
      </Field>
      <button type="submit" className="button button-primary" aria-disabled={isSubmitting}>{isSubmitting ? t('own.sending') : office ? t('own.propose') : t('own.save')}</button>
    </form>
  )
}
