import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { useForm } from 'react-hook-form'
import { api, unwrap, type Schemas } from '../../api/client'
import { ApiError, type StaleDetail } from '../../api/problem'
import { useFormat, useWords } from '../../i18n'
import { fieldSentence } from '../../i18n/problems'
import { isOffice, useMay, useMe } from '../../session'
import { Alert } from '../../ui/Alert'
import { Facts } from '../../ui/Facts'
import { ErrorSummary, Field, sendOnCtrlEnter, type Mistake } from '../../ui/form'
import { History } from '../../ui/History'
import { PageHeading } from '../../ui/PageHeading'
import { Stale } from '../../ui/Stale'
import { ErrorState, Loaded } from '../../ui/states'
import { Tag } from '../../ui/Tag'
import { addressMissing } from './OrganisationList'
import { organisationHistory, organisationQuery } from './queries'

type Organisation = Schemas['Organisation']
type Address = Required<Schemas['Address']>

export default function OrganisationPage() {
  const { id } = useParams({ from: '/inside/organisations/$id' })
  const query = useQuery(organisationQuery(Number(id)))
  return <Loaded key={id} query={query}>{(organisation) => <Page organisation={organisation} />}</Loaded>
}

function Page({ organisation: o }: { organisation: Organisation }) {
  const { t } = useWords()
  const f = useFormat()
  const me = useMe()
  const may = useMay()
  const history = useQuery(organisationHistory(o.id))
  const missing = addressMissing(o.address)
  return (
    <>
      <PageHeading
        kicker={isOffice(me) ? <Link to="/organisations">{t('organisation.listTitle')}</Link> : undefined}
        title={o.name}
        lead={
          <>
            {t(`organisation.kind.${o.kind}`)}
            <Tag tone={o.active ? 'ok' : 'none'}>{o.active ? t('organisation.membershipActive') : t('organisation.membershipEnded')}</Tag>
            {missing && <Tag tone="attention">{t('organisation.missingAddress')}</Tag>}
          </>
        }
        actions={may('listAccessions') && isOffice(me) && <Link to="/accessions" search={{ organisation: o.id }}>{t('organisation.accessions', { name: o.name })}</Link>}
      />
      <Facts items={[
        { label: t('organisation.cvr'), value: f.cvr(o.cvr) },
        o.municipalityCode !== undefined && { label: t('organisation.number'), value: o.municipalityCode },
        {
          label: t('organisation.membership'),
          value: o.memberships.map((m) => (m.to ? t('organisation.fromTo', { from: f.date(m.from), to: f.date(m.to) }) : t('organisation.from', { from: f.date(m.from) }))).join(', '),
        },
      ]} />
      {may('updateOrganisation') ? (
        <AddressForm organisation={o} />
      ) : (
        <section aria-labelledby="address">
          <h2 id="address">{t('organisation.addressTitle')}</h2>
          <p>{missing ? t('organisation.missingAddressHelp') : `${o.address.street}, ${o.address.postalCode} ${o.address.city}`}</p>
        </section>
      )}
      <History query={history} />
    </>
  )
}

const typed = ({ street = '', postalCode = '', city = '', country = 'DK' }: Schemas['Address']): Address => ({ street, postalCode, city, country })

function AddressForm({ organisation: o }: { organisation: Organisation }) {
  const { t } = useWords()
  const client = useQueryClient()
  const [stale, setStale] = useState<StaleDetail>()
  const [error, setError] = useState<ApiError>()
  const [saved, setSaved] = useState(false)
  const form = useForm<Address>({ defaultValues: typed(o.address) })
  // The version that the words in the form began from; a quiet refetch must not move it.
  const [version, setVersion] = useState(o.version)
  const required = { required: t('organisation.required') }
  const send = form.handleSubmit(async (address) => {
    setStale(undefined)
    setError(undefined)
    setSaved(false)
    try {
      const changed = await unwrap(
        api.PATCH('/api/v1/organisations/{id}', {
          params: { path: { id: o.id }, header: { 'If-Match': `"${version}"` } },
          body: { address: { ...address, country: address.country.toUpperCase() } },
        }),
      )
      client.setQueryData(['organisations', o.id], changed)
      setVersion(changed.version)
      setSaved(true)
      void client.invalidateQueries({ queryKey: ['organisations'] })
      void client.invalidateQueries({ queryKey: ['desk'] })
    } catch (refusal) {
      if (!(refusal instanceof ApiError)) throw refusal
      if (refusal.stale) setStale(refusal.stale)
      else setError(refusal)
    }
  })
  const fetchNew = async () => {
    const fresh = await client.query({ ...organisationQuery(o.id), staleTime: 0 })
    form.reset(typed(fresh.address))
    setVersion(fresh.version)
    setStale(undefined)
  }
  const { errors, submitCount, isSubmitting } = form.formState
  const names = ['street', 'postalCode', 'city', 'country'] as const
  const serverSays = (name: (typeof names)[number]) => {
    const field = error?.fields.find((x) => x.pointer.endsWith(`/${name}`))
    return field && fieldSentence(field.code)
  }
  const mistakeOf = (name: (typeof names)[number]) => errors[name]?.message ?? serverSays(name)
  const mistakes = names.flatMap((name): Mistake[] => {
    const message = mistakeOf(name)
    return message ? [{ field: name, message: `${t(`organisation.${name}`)}: ${message}` }] : []
  })
  return (
    <form className="k-form" noValidate onSubmit={(event) => void send(event)} onKeyDown={sendOnCtrlEnter} aria-labelledby="address">
      <h2 id="address">{t('organisation.addressTitle')}</h2>
      <p className="k-quiet">{t('organisation.addressHelp')}</p>
      {stale && <Stale detail={stale} reload={() => void fetchNew()} fieldName={() => t('organisation.address')} />}
      {error && error.fields.length === 0 && <ErrorState error={error} />}
      <ErrorSummary mistakes={mistakes} attempt={submitCount} />
      {saved && <Alert kind="success" role="status"><p>{t('organisation.addressSaved')}</p></Alert>}
      <Field id="street" label={t('organisation.street')} error={mistakeOf('street')}>
        {(props) => <input {...props} className="form-input" maxLength={200} autoComplete="off" {...form.register('street', required)} />}
      </Field>
      <div className="k-form__row">
        <Field id="postalCode" label={t('organisation.postalCode')} hint={t('organisation.postalCodeHint')} error={mistakeOf('postalCode')}>
          {(props) => <input {...props} className="form-input" inputMode="numeric" maxLength={10} autoComplete="off" {...form.register('postalCode', required)} />}
        </Field>
        <Field id="city" label={t('organisation.city')} hint={'\u00a0'} error={mistakeOf('city')}>
          {(props) => <input {...props} className="form-input" maxLength={100} autoComplete="off" {...form.register('city', required)} />}
        </Field>
        <Field id="country" label={t('organisation.country')} hint={t('organisation.countryHint')} error={mistakeOf('country')}>
          {(props) => <input {...props} className="form-input" maxLength={2} autoComplete="off" {...form.register('country', { ...required, minLength: { value: 2, message: t('organisation.countryHint') } })} />}
        </Field>
      </div>
      <button type="submit" className="button button-primary" aria-disabled={isSubmitting}>{t('organisation.saveAddress')}</button>
    </form>
  )
}
