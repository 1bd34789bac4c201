import { useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useForm, useWatch } from 'react-hook-form'
import { api, unwrap, type Schemas } from '../../api/client'
import { useFormat, useWords } from '../../i18n'
import { parseDate, typedDate } from '../../i18n/format'
import { Alert } from '../../ui/Alert'
import { ErrorSummary, Field, sendOnCtrlEnter, type Mistake } from '../../ui/form'
import { PageHeading } from '../../ui/PageHeading'
import { Stale } from '../../ui/Stale'
import { ErrorState } from '../../ui/states'
import { countries } from '../../ui/countries'
import { vendorQuery } from './queries'
import { useRefusal } from '../../ui/useRefusal'
import { useUnsaved } from '../../ui/unsaved'

type Detail = Schemas['VendorDetail']

interface Values {
  name: string
  country: string
  cvr: string
  foreignNumber: string
  street: string
  postalCode: string
  city: string
  commercial: boolean
  renamed: 'new' | 'correction'
  nameFrom: string
}

const values = (v?: Detail): Values => ({
  name: v?.name ?? '', country: v?.country ?? 'DK', cvr: v?.cvr ?? '', foreignNumber: v?.foreignNumber ?? '', street: v?.address.street ?? '',
  postalCode: v?.address.postalCode ?? '', city: v?.address.city ?? '', commercial: v?.commercial ?? true, renamed: 'new', nameFrom: typedDate(new Date().toISOString().slice(0, 10)),
})

/** A vendor: a new one, or what the register says of one. */
export function VendorForm({ vendor }: { vendor?: Detail }) {
  const { t } = useWords()
  const f = useFormat()
  const navigate = useNavigate()
  const client = useQueryClient()
  const refusal = useRefusal()
  // The version that the words in the form began from; a quiet refetch must not move it.
  const [version, setVersion] = useState(vendor?.version ?? 0)
  const form = useForm<Values>({ defaultValues: values(vendor) })
  const [country, name, renamed] = useWatch({ control: form.control, name: ['country', 'name', 'renamed'] })
  const changed = vendor !== undefined && name.trim() !== vendor.name
  const send = form.handleSubmit(async (v) => {
    refusal.clear()
    const body = {
      name: v.name, country: v.country, commercial: v.commercial, address: { street: v.street, postalCode: v.postalCode, city: v.city },
      ...(v.country === 'DK' ? { cvr: v.cvr } : { foreignNumber: v.foreignNumber }),
    }
    const from = parseDate(v.nameFrom)
    try {
      const saved = vendor
        ? await unwrap(api.PATCH('/api/v1/vendors/{number}', {
            params: { path: { number: vendor.number }, header: { 'If-Match': `"${version}"` } },
            body: { ...body, ...(changed && (v.renamed === 'correction' ? { nameCorrected: true } : from && { nameFrom: from })) },
          }))
        : await unwrap(api.POST('/api/v1/vendors', { body }))
      client.setQueryData(['vendors', saved.number], saved)
      void client.invalidateQueries({ queryKey: ['vendors'] })
      await navigate({ to: '/vendors/$number', params: { number: String(saved.number) }, ignoreBlocker: true })
    } catch (error) {
      refusal.take(error)
    }
  })
  const fetchNew = async () => {
    if (!vendor) return
    const fresh = await client.query({ ...vendorQuery(vendor.number), staleTime: 0 })
    form.reset(values(fresh))
    setVersion(fresh.version)
    refusal.clear()
  }
  const { errors, submitCount, isSubmitting, isDirty } = form.formState
  useUnsaved(isDirty)
  const taken = refusal.error?.code === 'vendor.number_taken' ? (refusal.error.detail as { number?: number; name?: string }) : undefined
  const says = (x: keyof Values) => errors[x]?.message ?? refusal.of(x)
  const labels = {
    name: t('vendorForm.name'), country: t('vendorForm.country'), cvr: t('vendorForm.cvr'), foreignNumber: t('vendorForm.foreignNumber'), nameFrom: t('vendorForm.nameFrom'),
    street: t('vendorForm.street'), postalCode: t('vendorForm.postalCode'), city: t('vendorForm.city'),
  }
  const mistakes = (Object.keys(labels) as (keyof typeof labels)[]).flatMap((x): Mistake[] => {
    const message = says(x)
    return message ? [{ field: x, message: `${labels[x]}: ${message}` }] : []
  })
  const required = { validate: (v: string) => v.trim() !== '' || t('vendorForm.required') }
  const input = (x: keyof typeof labels, max: number, more: { hint?: string; optional?: boolean; rule?: object } = {}) => (
    <Field id={x} label={labels[x]} hint={more.hint} error={says(x)} optional={more.optional}>
      {(props) => <input {...props} className="form-input" maxLength={max} autoComplete="off" {...form.register(x, more.rule ?? {})} />}
    </Field>
  )
  return (
    <form className="k-form" noValidate onSubmit={(event) => void send(event)} onKeyDown={sendOnCtrlEnter}>
      <PageHeading
        kicker={vendor ? <Link to="/vendors/$number" params={{ number: String(vendor.number) }}>{vendor.name}</Link> : <Link to="/vendors">{t('vendor.listTitle')}</Link>}
        title={vendor ? t('vendorForm.editTitle', { name: vendor.name }) : t('vendorForm.newTitle')}
        lead={vendor ? t('vendor.kind', { number: vendor.number }) : t('vendorForm.newLead')}
      />
      {refusal.stale && <Stale detail={refusal.stale} reload={() => void fetchNew()} fieldName={(x) => (x in labels ? labels[x as keyof typeof labels] : x)} />}
      {taken?.number !== undefined && (
        <Alert kind="warning" heading={t('vendorForm.takenHeading')} role="alert">
          <p>{t('vendorForm.takenBody', { name: taken.name ?? '', number: taken.number })}</p>
          <Link to="/vendors/$number" params={{ number: String(taken.number) }} className="button button-secondary">{t('vendorForm.takenOpen', { name: taken.name ?? '' })}</Link>
        </Alert>
      )}
      {refusal.error && !refusal.stale && !taken && mistakes.length === 0 && <ErrorState error={refusal.error} />}
      <ErrorSummary mistakes={mistakes} attempt={submitCount} />
      <fieldset className="k-group">
        <legend>{t('vendorForm.who')}</legend>
        <Field id="country" label={labels.country} error={says('country')}>
          {(props) => (
            <select {...props} className="form-select" {...form.register('country')}>
              {countries(f, country).map((x) => <option key={x.value} value={x.value}>{x.label}</option>)}
            </select>
          )}
        </Field>
        {country === 'DK'
          ? input('cvr', 20, { hint: t('vendorForm.cvrHint'), rule: required })
          : input('foreignNumber', 60, { hint: t('vendorForm.foreignNumberHint'), rule: required })}
        {input('name', 200, { hint: t('vendorForm.nameHint'), rule: required })}
        {changed && (
          <fieldset className="k-choices">
            <legend>{t('vendorForm.renamed')}</legend>
            <label className="k-check"><input type="radio" value="new" {...form.register('renamed')} /><span>{t('vendorForm.renamedNew')}<br /><span className="k-quiet">{t('vendorForm.renamedNewHint')}</span></span></label>
            <label className="k-check"><input type="radio" value="correction" {...form.register('renamed')} /><span>{t('vendorForm.renamedCorrection')}</span></label>
            {renamed === 'new' && input('nameFrom', 10, { rule: { validate: (v: string) => parseDate(v) !== undefined || t('vendorForm.dayWrong') } })}
          </fieldset>
        )}
        <label className="k-check"><input type="checkbox" {...form.register('commercial')} /><span>{t('vendorForm.commercial')}<br /><span className="k-quiet">{t('vendorForm.commercialHint')}</span></span></label>
      </fieldset>
      <fieldset className="k-group">
        <legend>{t('vendorForm.where')}</legend>
        {input('street', 200, { optional: true })}
        <div className="k-form__row">
          {input('postalCode', 10, { optional: true })}
          {input('city', 100, { optional: true })}
        </div>
      </fieldset>
      <button type="submit" className="button button-primary" aria-disabled={isSubmitting}>{vendor ? t('vendorForm.save') : t('vendorForm.create')}</button>
    </form>
  )
}
