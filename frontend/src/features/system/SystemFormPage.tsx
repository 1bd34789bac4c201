import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { useForm } from 'react-hook-form'
import { api, unwrap, type Schemas } from '../../api/client'
import { findVendors } from '../../api/findVendors'
import { ApiError, type StaleDetail } from '../../api/problem'
import { useWords } from '../../i18n'
import { fieldSentence } from '../../i18n/problems'
import { useMay } from '../../session'
import { ErrorSummary, Field, sendOnCtrlEnter, type Mistake } from '../../ui/form'
import { PageHeading } from '../../ui/PageHeading'
import { Pick, type Option } from '../../ui/Pick'
import { Stale } from '../../ui/Stale'
import { ErrorState, Loaded } from '../../ui/states'
import { useUnsaved } from '../../ui/unsaved'
import { choicesQuery, kleQuery, systemQuery, useChoices, type ListName } from './queries'

type Detail = Schemas['SystemDetail']

export function NewSystemPage() {
  const choices = useQuery(choicesQuery)
  return <Loaded query={choices}>{() => <Form />}</Loaded>
}

export function EditSystemPage() {
  const { number } = useParams({ from: '/inside/systems/$number/edit' })
  const query = useQuery(systemQuery(Number(number)))
  const choices = useQuery(choicesQuery)
  return <Loaded key={number} query={query}>{(s) => <Loaded query={choices}>{() => <Form system={s} />}</Loaded>}</Loaded>
}

interface Values {
  name: string
  kitosUuid: string
  dataKinds: string[]
  dataSubjects: string[]
  persons: string
  personsCount: string
  criticality: string
  hosting: string
  usesAi: '' | 'yes' | 'no'
}

const said = (s: Detail | undefined): Values => ({
  name: s?.name ?? '',
  kitosUuid: s?.kitosUuid ?? '',
  dataKinds: s?.dataKinds ?? [],
  dataSubjects: s?.dataSubjects ?? [],
  persons: s?.persons ?? '',
  personsCount: s?.personsCount === undefined ? '' : String(s.personsCount),
  criticality: s?.criticality ?? '',
  hosting: s?.hosting ?? '',
  usesAi: s?.usesAi === undefined ? '' : s.usesAi ? 'yes' : 'no',
})

const numbers = (s: Detail | undefined): Option[] => (s?.kle ?? []).map((k) => ({ key: k.number, label: k.number, hint: k.title }))

const findKle = async (q: string, signal: AbortSignal) =>
  (await unwrap(api.GET('/api/v1/kle', { params: { query: { q } }, signal }))).items.map((k) => ({ key: k.number, label: k.number, hint: k.title }))

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

function Form({ system }: { system?: Detail }) {
  const { t } = useWords()
  const client = useQueryClient()
  const navigate = useNavigate()
  const choices = useChoices()
  const may = useMay()
  const plan = useQuery(kleQuery(''))
  const [version, setVersion] = useState(system?.version ?? 0)
  const [kle, setKle] = useState(numbers(system))
  const [vendor, setVendor] = useState<Option[]>([])
  const [stale, setStale] = useState<StaleDetail>()
  const [error, setError] = useState<unknown>()
  const form = useForm<Values>({ defaultValues: said(system) })
  const { errors, submitCount, isSubmitting, isDirty } = form.formState
  const [picked, setPicked] = useState(false)
  useUnsaved(isDirty || picked)
  const noVendor = !system && submitCount > 0 && vendor.length === 0 ? t('systemPage.vendorRequired') : undefined

  const send = form.handleSubmit(async (v) => {
    setStale(undefined)
    setError(undefined)
    if (!system && vendor.length === 0) return
    const body = {
      name: v.name,
      dataKinds: v.dataKinds,
      dataSubjects: v.dataSubjects,
      kle: kle.map((k) => k.key),
      ...(v.kitosUuid.trim() && { kitosUuid: v.kitosUuid.trim().toLowerCase() }),
      ...(v.persons && { persons: v.persons }),
      ...(v.personsCount.trim() && { personsCount: Number(v.personsCount.replace(/[.\s]/g, '')) }),
      ...(v.criticality && { criticality: v.criticality }),
      ...(v.hosting && { hosting: v.hosting }),
      ...(v.usesAi && { usesAi: v.usesAi === 'yes' }),
    }
    try {
      const saved = system
        ? await unwrap(api.PATCH('/api/v1/systems/{number}', { params: { path: { number: system.number }, header: { 'If-Match': `"${version}"` } }, body }))
        : await unwrap(api.POST('/api/v1/systems', { body: { ...body, vendor: Number(vendor[0]?.key) } }))
      client.setQueryData(['systems', saved.number], saved)
      void client.invalidateQueries({ queryKey: ['systems'] })
      await navigate({ to: '/systems/$number', params: { number: String(saved.number) }, ignoreBlocker: true })
    } catch (refusal) {
      if (refusal instanceof ApiError && refusal.stale) setStale(refusal.stale)
      else setError(refusal)
    }
  })
  const fetchNew = async () => {
    if (!system) return
    const fresh = await client.query({ ...systemQuery(system.number), staleTime: 0 })
    form.reset(said(fresh))
    setKle(numbers(fresh))
    setPicked(false)
    setVersion(fresh.version)
    setStale(undefined)
  }
  const serverSays = (name: string) => {
    const field = error instanceof ApiError ? error.fields.find((x) => x.pointer === `/${name}`) : undefined
    return field && fieldSentence(field.code)
  }
  const nameWrong = errors.name?.message ?? serverSays('name')
  const kitosWrong = errors.kitosUuid?.message ?? serverSays('kitosUuid')
  const mistakes: Mistake[] = [
    ...(noVendor ? [{ field: 'vendor', message: noVendor }] : []),
    ...(nameWrong ? [{ field: 'name', message: nameWrong }] : []),
    ...(kitosWrong ? [{ field: 'kitosUuid', message: kitosWrong }] : []),
    ...(errors.personsCount?.message ? [{ field: 'personsCount', message: errors.personsCount.message }] : []),
  ]
  const other = error instanceof ApiError ? (error.detail as { number?: number; name?: string } | undefined) : undefined
  const label = (c: Schemas['ListChoice']) => (c.unconfirmed ? `${c[choices.lang]} (${t('systemPage.unconfirmed')})` : c[choices.lang])
  const checks = (name: 'dataKinds' | 'dataSubjects', list: ListName, legend: string) => (
    <fieldset className="k-choices">
      <legend>{legend}</legend>
      <div className="k-checklist">
        {choices.of(list).map((c) => (
          <label key={c.value} className="k-check" htmlFor={`${name}-${c.value}`}>
            <input id={`${name}-${c.value}`} type="checkbox" value={c.value} {...form.register(name)} />
            <span>{label(c)}</span>
          </label>
        ))}
      </div>
    </fieldset>
  )
  const select = (name: 'persons' | 'criticality' | 'hosting', list: ListName, text: string, hint?: string) => (
    <Field id={name} label={text} hint={hint} optional>
      {(props) => (
        <select {...props} className="form-select" {...form.register(name)}>
          <option value="">{t('common.notGiven')}</option>
          {choices.of(list).map((c) => <option key={c.value} value={c.value}>{label(c)}</option>)}
        </select>
      )}
    </Field>
  )
  return (
    <form className="k-form" noValidate onSubmit={(event) => void send(event)} onKeyDown={sendOnCtrlEnter}>
      <PageHeading
        kicker={system ? <Link to="/systems/$number" params={{ number: String(system.number) }}>{system.name}</Link> : <Link to="/systems">{t('system.listTitle')}</Link>}
        title={system ? t('systemPage.editTitle') : t('systemPage.newTitle')}
        lead={system ? undefined : t('systemPage.newLead')}
      />
      {stale && <Stale detail={stale} reload={() => void fetchNew()} fieldName={(path) => (path === 'vendor' ? t('system.vendor') : path === 'screening' ? t('systemPage.screening') : t('systemPage.profile'))} />}
      {error !== undefined && mistakes.length === 0 && <ErrorState error={error} />}
      <ErrorSummary mistakes={mistakes} attempt={submitCount} />
      {other?.number !== undefined && (
        <p className="k-actions">
          <Link to="/systems/$number" params={{ number: String(other.number) }}>{other.name ?? other.number}</Link>
          {system && serverSays('kitosUuid') && may('compareDuplicates') && (
            <Link to="/duplicates/compare" search={{ kind: 'system', winner: other.number, loser: system.number }}>{t('duplicate.compare')}</Link>
          )}
        </p>
      )}
      {!system && <Pick id="vendor" label={t('system.vendor')} hint={t('systemPage.vendorHint')} error={noVendor} value={vendor} onChange={(x) => { setVendor(x); setPicked(true) }} name={['vendors']} search={findVendors} />}
      <Field id="name" label={t('system.name')} error={nameWrong}>
        {(props) => <input {...props} className="form-input" maxLength={200} autoComplete="off" {...form.register('name', { validate: (v) => v.trim() !== '' || t('systemPage.nameRequired') })} />}
      </Field>
      <Field id="kitosUuid" label={t('system.kitos')} hint={t('systemPage.kitosHint')} error={kitosWrong} optional>
        {(props) => <input {...props} className="form-input" maxLength={40} autoComplete="off" {...form.register('kitosUuid', { validate: (v) => v.trim() === '' || uuid.test(v.trim()) || t('systemPage.kitosInvalid') })} />}
      </Field>
      <h2>{t('systemPage.profile')}</h2>
      {checks('dataKinds', 'data_kind', t('systemPage.dataKinds'))}
      {checks('dataSubjects', 'data_subject', t('systemPage.dataSubjects'))}
      {select('persons', 'persons', t('systemPage.persons'), t('systemPage.personsHint'))}
      <Field id="personsCount" label={t('systemPage.personsCount')} error={errors.personsCount?.message} optional>
        {(props) => <input {...props} className="form-input" inputMode="numeric" maxLength={12} autoComplete="off" {...form.register('personsCount', { validate: (v) => /^[\d.\s]*$/.test(v) || t('systemPage.personsInvalid') })} />}
      </Field>
      {plan.data && !plan.data.issue ? (
        <p className="k-quiet">{t('systemPage.kle')}: {t('systemPage.kleNone')} <Link to="/kle">{t('systemPage.kleToImport')}</Link></p>
      ) : (
        <Pick id="kle" label={t('systemPage.kle')} hint={t('systemPage.kleHint')} value={kle} onChange={(x) => { setKle(x); setPicked(true) }} name={['kle']} search={findKle} many optional />
      )}
      <h2>{t('systemPage.running')}</h2>
      {select('criticality', 'criticality', t('systemPage.criticality'), t('systemPage.unconfirmedHelp'))}
      {select('hosting', 'hosting', t('systemPage.hosting'))}
      <Field id="usesAi" label={t('systemPage.usesAi')} optional>
        {(props) => (
          <select {...props} className="form-select" {...form.register('usesAi')}>
            <option value="">{t('systemPage.aiUnknown')}</option>
            <option value="yes">{t('common.yes')}</option>
            <option value="no">{t('common.no')}</option>
          </select>
        )}
      </Field>
      <button type="submit" className="button button-primary" aria-disabled={isSubmitting}>{system ? t('systemPage.save') : t('systemPage.createSend')}</button>
    </form>
  )
}
