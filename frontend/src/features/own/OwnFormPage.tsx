import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { useForm } from 'react-hook-form'
import { api, unwrap, type Schemas } from '../../api/client'
import { findVendors } from '../../api/findVendors'
import { ApiError, type StaleDetail } from '../../api/problem'
import { sendPdf } from '../../api/sendPdf'
import { useWords } from '../../i18n'
import { namesDay, parseDate, typedDate } from '../../i18n/format'
import { fieldSentence } from '../../i18n/problems'
import { isOffice, useMe } from '../../session'
import { ErrorSummary, Field, sendOnCtrlEnter, type Mistake } from '../../ui/form'
import { PageHeading } from '../../ui/PageHeading'
import { Pick, type Option } from '../../ui/Pick'
import { Stale } from '../../ui/Stale'
import { ErrorState, Loaded } from '../../ui/states'
import { useUnsaved } from '../../ui/unsaved'
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

const parts = ['organisation', 'vendor', 'systems', 'pdf', 'title', 'kind', 'signedOn', 'endsOn', 'concept', 'intervalMonths', 'caseNumber', 'note'] as const
type Part = (typeof parts)[number]

/** What the server refused, by the field of the form that it is about; what is wrong with the file is about the file. */
function refused(error: unknown): { field: Part; code: string }[] {
  if (!(error instanceof ApiError) || error.stale) return []
  if (/^(document|files)\./.test(error.code)) return [{ field: 'pdf', code: error.code }]
  const all = error.fields.flatMap(({ pointer, code }) => {
    const named = pointer.split('/')[1]
    const field = named === 'upload' ? 'pdf' : parts.find((p) => p === named)
    return field ? [{ field, code }] : []
  })
  // Two systems that the vendor never delivered are one sentence at one field.
  return all.filter((x, n) => all.findIndex((y) => y.field === x.field && y.code === x.code) === n)
}

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
  const [picked, setPicked] = useState(false)
  const [stale, setStale] = useState<StaleDetail>()
  const [error, setError] = useState<unknown>()
  const [version, setVersion] = useState(detail?.version ?? 0)
  const form = useForm<Values>({
    shouldFocusError: false, // the summary takes the focus: it knows the fields of the choosers too
    defaultValues: {
      title: o?.title ?? '', kind: o?.kind ?? 'own', signedOn: o?.signedOn ? typedDate(o.signedOn) : '', endsOn: o?.endsOn ? typedDate(o.endsOn) : '',
      concept: o?.concept === undefined ? '' : String(o.concept), intervalMonths: o?.intervalMonths === undefined ? '' : String(o.intervalMonths),
      caseNumber: o?.caseNumber ?? '', note: detail?.note ?? '',
    },
  })
  const { errors, submitCount, isSubmitting, isDirty } = form.formState
  useUnsaved(isDirty || picked || chosen !== undefined)
  const tried = submitCount > 0
  const labels: Record<Part, string> = {
    vendor: t('own.vendor'), systems: t('own.systems'), pdf: t('own.pdf'), title: t('own.title'), kind: t('own.kindLabel'), signedOn: t('own.signedOn'), endsOn: t('own.endsOn'),
    concept: t('own.concept'), intervalMonths: t('own.interval'), caseNumber: t('own.caseNumber'), note: t('own.note'), organisation: t('own.organisation'),
  }
  const refusals = refused(error)
  const mistakes: Mistake[] = [
    ...(tried && office && organisation.length === 0 ? [{ field: 'organisation', message: t('own.organisationRequired') }] : []),
    ...(tried && vendor.length === 0 ? [{ field: 'vendor', message: t('own.vendorRequired') }] : []),
    ...(tried && vendor.length > 0 && systems.length === 0 ? [{ field: 'systems', message: t('own.systemsRequired') }] : []),
    ...(['signedOn', 'endsOn'] as const).flatMap((field) => (errors[field]?.message ? [{ field, message: `${t(`own.${field}`)}: ${errors[field].message}` }] : [])),
    ...refusals.map(({ field, code }) => ({ field, message: `${labels[field]}: ${fieldSentence(code)}` })),
  ]
  const wrong = (field: Part) => {
    const refusal = refusals.find((x) => x.field === field)
    return refusal ? fieldSentence(refusal.code) : mistakes.find((m) => m.field === field)?.message
  }
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
      await navigate({ to: '/own-agreements/$id', params: { id: String(saved.agreement.id) }, ignoreBlocker: true })
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
  const day = { validate: (v: string) => v.trim() === '' || parseDate(v) !== undefined || (namesDay(v) ? t('own.noSuchDay', { day: v.trim() }) : t('own.dateInvalid')) }
  return (
    <form className="k-form" noValidate onSubmit={(event) => void send(event)} onKeyDown={sendOnCtrlEnter}>
      <PageHeading
        kicker={o ? <Link to="/own-agreements/$id" params={{ id: String(o.id) }}>{o.title}</Link> : <Link to="/own-agreements">{t('own.listTitle')}</Link>}
        title={o ? t('own.editTitle') : t('own.newTitle')}
        lead={office ? t('own.proposedOffice') : undefined}
      />
      {stale && <Stale detail={stale} reload={() => void reload()} fieldName={() => t('own.title')} />}
      {error !== undefined && refusals.length === 0 && <ErrorState error={error} focus />}
      <ErrorSummary mistakes={mistakes} attempt={submitCount} />
      {office && <Pick id="organisation" label={t('own.organisation')} error={wrong('organisation')} value={organisation} onChange={(x) => { setOrganisation(x); setPicked(true) }} name={['organisations']} search={findOrganisations} />}
      <Pick id="vendor" label={t('own.vendor')} hint={t('systemPage.vendorHint')} error={wrong('vendor')} value={vendor} onChange={(x) => { setVendor(x); setSystems([]); setPicked(true) }} name={['vendors']} search={findVendors} />
      {vendor[0] ? (
        <Pick key={vendor[0].key} id="systems" label={t('own.systems')} error={wrong('systems')} value={systems} onChange={(x) => { setSystems(x); setPicked(true) }} name={['systems', vendor[0].key]} search={findSystems(vendor[0].key)} many eager />
      ) : (
        <p className="k-quiet">{t('own.systems')}: {t('own.vendorFirst')}</p>
      )}
      <Field id="pdf" label={t('own.pdf')} hint={detail?.file ? t('own.pdfKept', { name: detail.file.name }) : t('own.pdfHint')} error={wrong('pdf')} optional>
        {(props) => <input {...props} type="file" accept=".pdf,application/pdf" className="k-file" onChange={(event) => setChosen(event.target.files?.[0])} />}
      </Field>
      <Field id="title" label={t('own.title')} hint={t('own.nameHint')} error={wrong('title')} optional>
        {(props) => <input {...props} className="form-input" maxLength={200} autoComplete="off" {...form.register('title')} />}
      </Field>
      <Field id="kind" label={t('own.kindLabel')} error={wrong('kind')}>
        {(props) => (
          <select {...props} className="form-select" {...form.register('kind')}>
            <option value="own">{t('own.kind.own')}</option>
            <option value="kl_kombit">{t('own.kind.kl_kombit')}</option>
          </select>
        )}
      </Field>
      <Field id="signedOn" label={t('own.signedOn')} hint={t('systemPage.moveFromHint')} error={errors.signedOn?.message ?? wrong('signedOn')} optional>
        {(props) => <input {...props} className="form-input" maxLength={10} autoComplete="off" {...form.register('signedOn', day)} />}
      </Field>
      <Field id="endsOn" label={t('own.endsOn')} error={errors.endsOn?.message ?? wrong('endsOn')} optional>
        {(props) => <input {...props} className="form-input" maxLength={10} autoComplete="off" {...form.register('endsOn', day)} />}
      </Field>
      <Field id="concept" label={t('own.concept')} hint={t('own.conceptHint')} error={wrong('concept')} optional>
        {(props) => (
          <select {...props} className="form-select" {...form.register('concept')}>
            <option value="">{t('common.notGiven')}</option>
            {[1, 2, 3, 4, 5, 6].map((n) => <option key={n} value={n}>{n}</option>)}
          </select>
        )}
      </Field>
      <Field id="intervalMonths" label={t('own.interval')} error={wrong('intervalMonths')} optional>
        {(props) => <input {...props} className="form-input" type="number" min={1} max={120} {...form.register('intervalMonths')} />}
      </Field>
      <Field id="caseNumber" label={t('own.caseNumber')} error={wrong('caseNumber')} optional>
        {(props) => <input {...props} className="form-input" maxLength={100} autoComplete="off" {...form.register('caseNumber')} />}
      </Field>
      <Field id="note" label={t('own.note')} error={wrong('note')} optional>
        {(props) => <textarea {...props} className="form-input" rows={3} maxLength={4000} {...form.register('note')} />}
      </Field>
      <button type="submit" className="button button-primary" aria-disabled={isSubmitting}>{isSubmitting ? t('own.sending') : office ? t('own.propose') : t('own.save')}</button>
    </form>
  )
}
