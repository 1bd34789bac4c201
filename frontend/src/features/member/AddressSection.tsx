import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useForm } from 'react-hook-form'
import { api, unwrap, type Schemas } from '../../api/client'
import { useFormat, useWords } from '../../i18n'
import { parseDate } from '../../i18n/format'
import { useMay } from '../../session'
import { Alert } from '../../ui/Alert'
import { DataTable, type Column } from '../../ui/DataTable'
import { ErrorSummary, Field, sendOnCtrlEnter, type Mistake } from '../../ui/form'
import { Stale } from '../../ui/Stale'
import { ErrorState } from '../../ui/states'
import { Tag } from '../../ui/Tag'
import { useAct } from '../../ui/useAct'
import { useUnsaved } from '../../ui/unsaved'
import { addressMissing } from './OrganisationList'
import { organisationQuery } from './queries'

type Organisation = Schemas['Organisation']
type Fact = Schemas['OrganisationFact']
type Values = Required<Schemas['Address']> & { mail: string; from: string }

const typed = (o: Organisation): Values => {
  const { street = '', postalCode = '', city = '', country = 'DK' } = o.address
  return { street, postalCode, city, country, mail: o.mail, from: '' }
}

export const today = (): string => new Date().toLocaleDateString('sv-SE', { timeZone: 'Europe/Copenhagen' })

/** What to do when an act has changed the organisation. */
export function useChanged() {
  const client = useQueryClient()
  return (changed: Organisation) => {
    client.setQueryData(['organisations', changed.id], changed)
    void client.invalidateQueries({ queryKey: ['organisations'] })
    void client.invalidateQueries({ queryKey: ['desk'] })
  }
}

/** The address and main mail of today, and a form that changes them now or plans them. */
export function AddressForm({ organisation: o }: { organisation: Organisation }) {
  const { t } = useWords()
  const f = useFormat()
  const client = useQueryClient()
  const done = useChanged()
  const act = useAct()
  const [saved, setSaved] = useState<string>()
  const form = useForm<Values>({ defaultValues: typed(o) })
  // The version that the words in the form began from; a quiet refetch must not move it.
  const [version, setVersion] = useState(o.version)
  const required = { required: t('organisation.required') }
  const send = form.handleSubmit(async ({ mail, from, ...address }) => {
    setSaved(undefined)
    await act.run(async () => {
      const day = from.trim() === '' ? today() : (parseDate(from) ?? '')
      const changed = await unwrap(
        api.POST('/api/v1/organisations/{id}/addresses', {
          params: { path: { id: o.id }, header: { 'If-Match': `"${version}"` } },
          body: { from: day, mail: mail.trim(), address: { ...address, country: address.country.toUpperCase() } },
        }),
      )
      done(changed)
      setVersion(changed.version)
      setSaved(day > today() ? t('organisation.addressPlanned', { when: f.date(day) }) : t('organisation.addressSaved'))
      form.reset(typed(changed))
    })
  })
  const fetchNew = async () => {
    const fresh = await client.query({ ...organisationQuery(o.id), staleTime: 0 })
    form.reset(typed(fresh))
    setVersion(fresh.version)
    act.clear()
  }
  const { errors, submitCount, isSubmitting, isDirty } = form.formState
  useUnsaved(isDirty)
  const names = ['street', 'postalCode', 'city', 'country', 'mail', 'from'] as const
  const labels: Record<(typeof names)[number], string> = {
    street: t('organisation.street'), postalCode: t('organisation.postalCode'), city: t('organisation.city'),
    country: t('organisation.country'), mail: t('organisation.mail'), from: t('organisation.validFrom'),
  }
  const mistakeOf = (name: (typeof names)[number]) => errors[name]?.message ?? act.says(name)
  const mistakes = names.flatMap((name): Mistake[] => {
    const message = mistakeOf(name)
    return message ? [{ field: name, message: `${labels[name]}: ${message}` }] : []
  })
  return (
    <form className="k-form" noValidate onSubmit={(event) => void send(event)} onKeyDown={sendOnCtrlEnter} aria-labelledby="address">
      <h2 id="address">{t('organisation.addressTitle')}</h2>
      <p className="k-quiet">{t('organisation.addressHelp')}</p>
      {act.stale && <Stale detail={act.stale} reload={() => void fetchNew()} fieldName={() => t('organisation.address')} />}
      {act.error && act.error.fields.length === 0 && <ErrorState error={act.error} />}
      <ErrorSummary mistakes={mistakes} attempt={submitCount} />
      {saved && <Alert kind="success" role="status"><p>{saved}</p></Alert>}
      <Field id="street" label={labels.street} error={mistakeOf('street')}>
        {(props) => <input {...props} className="form-input" maxLength={200} autoComplete="off" {...form.register('street', required)} />}
      </Field>
      <div className="k-form__row">
        <Field id="postalCode" label={labels.postalCode} hint={t('organisation.postalCodeHint')} error={mistakeOf('postalCode')}>
          {(props) => <input {...props} className="form-input" inputMode="numeric" maxLength={10} autoComplete="off" {...form.register('postalCode', required)} />}
        </Field>
        <Field id="city" label={labels.city} hint={'\u00a0'} error={mistakeOf('city')}>
          {(props) => <input {...props} className="form-input" maxLength={100} autoComplete="off" {...form.register('city', required)} />}
        </Field>
        <Field id="country" label={labels.country} hint={t('organisation.countryHint')} error={mistakeOf('country')}>
          {(props) => <input {...props} className="form-input" maxLength={2} autoComplete="off" {...form.register('country', { ...required, minLength: { value: 2, message: t('organisation.countryHint') } })} />}
        </Field>
      </div>
      <div className="k-form__row">
        <Field id="mail" label={labels.mail} hint={t('organisation.mailHint')} error={mistakeOf('mail')} optional>
          {(props) => <input {...props} type="email" className="form-input" maxLength={254} autoComplete="off" {...form.register('mail')} />}
        </Field>
        <Field id="from" label={labels.from} hint={t('organisation.validFromHint')} error={mistakeOf('from')} optional>
          {(props) => <input {...props} className="form-input" inputMode="numeric" maxLength={10} autoComplete="off" {...form.register('from', { validate: (text) => text.trim() === '' || parseDate(text) !== undefined || t('organisation.dayInvalid') })} />}
        </Field>
      </div>
      <button type="submit" className="button button-primary" aria-disabled={isSubmitting}>{t('organisation.saveAddress')}</button>
    </form>
  )
}

/** Every address there was, is and is planned. */
export function AddressTimeline({ organisation: o, facts }: { organisation: Organisation; facts: Fact[] }) {
  const { t } = useWords()
  const f = useFormat()
  const may = useMay()
  const done = useChanged()
  const act = useAct()
  const current = facts.find((x) => !x.planned)?.from
  const withdraw = (from: string) =>
    act.run(async () => done(await unwrap(api.POST('/api/v1/organisations/{id}/addresses/withdraw', { params: { path: { id: o.id }, header: { 'If-Match': `"${o.version}"` } }, body: { from } }))))
  const columns: Column<Fact>[] = [
    { id: 'from', head: t('organisation.timelineFrom'), main: true, cell: (x) => f.date(x.from) },
    { id: 'address', head: t('organisation.address'), cell: (x) => addressMissing(x.address) ? t('organisation.missingAddress') : `${x.address.street}, ${x.address.postalCode} ${x.address.city}` },
    { id: 'mail', head: t('organisation.mail'), cell: (x) => x.mail || '–' },
    { id: 'state', head: t('organisation.stateHead'), cell: (x) => (x.planned ? <Tag tone="waiting">{t('organisation.planned')}</Tag> : x.from === current ? <Tag tone="ok">{t('organisation.current')}</Tag> : <Tag tone="none">{t('organisation.contactsThen')}</Tag>) },
    { id: 'by', head: t('organisation.timelineBy'), cell: (x) => x.by ?? '–' },
  ]
  if (may('withdrawOrganisationAddress') && facts.some((x) => x.planned)) {
    columns.push({ id: 'act', head: t('organisation.act'), cell: (x) => x.planned && <button type="button" className="k-textbutton" aria-label={t('organisation.withdrawNamed', { when: f.date(x.from) })} onClick={() => void withdraw(x.from)}>{t('organisation.withdraw')}</button> })
  }
  return (
    <section className="k-section" aria-labelledby="timeline">
      <h2 id="timeline">{t('organisation.timeline')}</h2>
      {act.stale && <Stale detail={act.stale} reload={() => { done(o); act.clear() }} />}
      {act.error && <ErrorState error={act.error} />}
      <DataTable caption={t('organisation.timeline')} columns={columns} rows={facts} rowKey={(x) => x.from} />
    </section>
  )
}
