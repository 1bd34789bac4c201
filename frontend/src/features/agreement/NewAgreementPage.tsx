import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { Controller, useForm } from 'react-hook-form'
import { vendorQuery } from '../../api/vendors'
import { api, unwrap, type Schemas } from '../../api/client'
import { useWords } from '../../i18n'
import { Field, ErrorSummary, sendOnCtrlEnter, type Mistake } from '../../ui/form'
import { PageHeading } from '../../ui/PageHeading'
import { Empty, ErrorState, Loaded } from '../../ui/states'
import { useUnsaved } from '../../ui/unsaved'
import { SystemChoice } from './SystemChoice'

interface Values {
  systems: number[]
  template: string
  title: string
  copy: boolean
}

export default function NewAgreementPage() {
  const { t } = useWords()
  const { vendor } = useSearch({ from: '/inside/agreements/new' })
  if (vendor === undefined) {
    return (
      <>
        <PageHeading title={t('agreement.newTitle')} />
        <Empty why={t('agreement.newVendorPick')} help={t('agreement.newVendorHelp')} action={<Link to="/vendors" className="button button-primary">{t('agreement.toVendors')}</Link>} />
      </>
    )
  }
  return <ForVendor key={vendor} number={vendor} />
}

function ForVendor({ number }: { number: number }) {
  const vendor = useQuery(vendorQuery(number))
  const templates = useQuery({
    queryKey: ['templates'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/templates', { signal })),
  })
  return <Loaded query={vendor}>{(v) => <Loaded query={templates}>{(ts) => <Form vendor={v} templates={ts.items} />}</Loaded>}</Loaded>
}

function Form({ vendor, templates }: { vendor: Schemas['VendorDetail']; templates: Schemas['Template'][] }) {
  const { t } = useWords()
  const navigate = useNavigate()
  const client = useQueryClient()
  const [error, setError] = useState<unknown>()
  const form = useForm<Values>({
    defaultValues: {
      systems: vendor.systems.length === 1 ? vendor.systems.map((s) => s.number) : [],
      template: templates.length === 1 ? String(templates[0]?.id) : '',
      title: '',
      copy: false,
    },
  })
  const send = form.handleSubmit(async (values) => {
    setError(undefined)
    try {
      const made = await unwrap(
        api.POST('/api/v1/agreements', {
          body: {
            vendor: vendor.number,
            systems: values.systems,
            template: Number(values.template),
            ...(values.title.trim() && { title: values.title.trim() }),
          },
        }),
      )
      void client.invalidateQueries({ queryKey: ['desk'] })
      void client.invalidateQueries({ queryKey: ['vendors', vendor.number] })
      await navigate({ to: values.copy ? '/agreements/$id/copy' : '/agreements/$id', params: { id: String(made.agreement.id) }, ignoreBlocker: true })
    } catch (refusal) {
      setError(refusal)
    }
  })
  const { errors, submitCount, isSubmitting, isDirty } = form.formState
  useUnsaved(isDirty, 'vendor')
  const mistakes: Mistake[] = [
    ...(errors.systems?.message ? [{ field: `system-${vendor.systems[0]?.number}`, message: errors.systems.message }] : []),
    ...(errors.template?.message ? [{ field: 'template', message: errors.template.message }] : []),
  ]
  return (
    <form className="k-form" noValidate onSubmit={(event) => void send(event)} onKeyDown={sendOnCtrlEnter}>
      <PageHeading
        kicker={<Link to="/vendors/$number" params={{ number: String(vendor.number) }}>{vendor.name}</Link>}
        title={t('agreement.newTitle')}
        lead={t('agreement.newLead')}
      />
      {error !== undefined && <ErrorState error={error} focus />}
      <ErrorSummary mistakes={mistakes} attempt={submitCount} />
      <Controller control={form.control} name="systems" rules={{ validate: (v) => v.length > 0 || t('agreement.newSystemsRequired') }}
        render={({ field }) => <SystemChoice systems={vendor.systems} value={field.value} onChange={field.onChange} error={errors.systems?.message} />} />
      <Field id="template" label={t('agreement.newTemplate')} error={errors.template?.message}>
        {(props) => (
          <select {...props} className="form-select" {...form.register('template', { required: t('agreement.newTemplateRequired') })}>
            {templates.length !== 1 && <option value="">{t('agreement.field.choose')}</option>}
            {templates.map((x) => (
              <option key={x.id} value={x.id}>{`${x.name}, ${t('agreement.version').toLowerCase()} ${x.version} (${t(`template.provenanceName.${x.provenance}`)})`}</option>
            ))}
          </select>
        )}
      </Field>
      <Field id="title" label={t('agreement.newName')} hint={t('agreement.newNameHint')} optional>
        {(props) => <input {...props} className="form-input" maxLength={200} autoComplete="off" {...form.register('title')} />}
      </Field>
      {vendor.agreements.length > 0 && <label className="k-check"><input type="checkbox" {...form.register('copy')} /> <span>{t('agreement.newCopy', { count: vendor.agreements.length })}</span></label>}
      <button type="submit" className="button button-primary" aria-disabled={isSubmitting}>{t('agreement.newSend')}</button>
    </form>
  )
}
