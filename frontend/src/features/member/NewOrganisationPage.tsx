import { Link, useNavigate } from '@tanstack/react-router'
import { useForm, useWatch } from 'react-hook-form'
import { api, unwrap, type Schemas } from '../../api/client'
import { useWords } from '../../i18n'
import { parseDate } from '../../i18n/format'
import { ErrorSummary, Field, sendOnCtrlEnter, type Mistake } from '../../ui/form'
import { PageHeading } from '../../ui/PageHeading'
import { ErrorState } from '../../ui/states'
import { useAct } from '../../ui/useAct'
import { useUnsaved } from '../../ui/unsaved'
import { useChanged } from './AddressSection'

interface Values {
  kind: Schemas['OrganisationEntry']['kind']
  name: string
  cvr: string
  municipalityCode: string
  street: string
  postalCode: string
  city: string
  mail: string
  from: string
}

/** Enters a municipality or a joint company. */
export default function NewOrganisationPage() {
  const { t } = useWords()
  const navigate = useNavigate()
  const changed = useChanged()
  const act = useAct()
  const form = useForm<Values>({ defaultValues: { kind: 'municipality', name: '', cvr: '', municipalityCode: '', street: '', postalCode: '', city: '', mail: '', from: '' } })
  const kind = useWatch({ control: form.control, name: 'kind' })
  const send = form.handleSubmit(async ({ street, postalCode, city, from, municipalityCode, mail, ...rest }) => {
    await act.run(async () => {
      const day = parseDate(from)
      const made = await unwrap(api.POST('/api/v1/organisations', { body: {
        ...rest,
        ...(kind === 'municipality' && { municipalityCode: municipalityCode.trim() }),
        ...([street, postalCode, city].some((x) => x.trim() !== '') && { address: { street, postalCode, city } }),
        ...(mail.trim() && { mail: mail.trim() }),
        ...(day && { membership: { from: day } }),
      } }))
      changed(made)
      await navigate({ to: '/organisations/$id', params: { id: String(made.id) }, ignoreBlocker: true })
    })
  })
  const required = { required: t('organisation.required') }
  const { errors, submitCount, isDirty } = form.formState
  useUnsaved(isDirty)
  const labels = {
    name: t('organisation.name'), cvr: t('organisation.cvr'), municipalityCode: t('organisation.number'), street: t('organisation.street'),
    postalCode: t('organisation.postalCode'), city: t('organisation.city'), mail: t('organisation.mail'), from: t('organisation.memberFrom'),
  }
  const names = Object.keys(labels) as (keyof typeof labels)[]
  const mistakeOf = (name: keyof typeof labels) => errors[name]?.message ?? act.says(name)
  const mistakes = names.flatMap((name): Mistake[] => {
    const message = mistakeOf(name)
    return message ? [{ field: `new-${name}`, message: `${labels[name]}: ${message}` }] : []
  })
  const input = (name: keyof typeof labels, max: number, rules: object = {}, more: { hint?: string; optional?: boolean } = {}) => (
    <Field id={`new-${name}`} label={labels[name]} error={mistakeOf(name)} {...more}>
      {(props) => <input {...props} className="form-input" maxLength={max} autoComplete="off" {...form.register(name, rules)} />}
    </Field>
  )
  return (
    <>
      <PageHeading kicker={<Link to="/organisations">{t('organisation.listTitle')}</Link>} title={t('organisation.registerTitle')} lead={t('organisation.registerLead')} />
      <form className="k-form" noValidate onSubmit={(event) => void send(event)} onKeyDown={sendOnCtrlEnter} aria-label={t('organisation.registerTitle')}>
        {act.error && act.error.fields.length === 0 && <ErrorState error={act.error} />}
        <ErrorSummary mistakes={mistakes} attempt={submitCount} />
        <Field id="new-kind" label={t('organisation.kindField')}>
          {(props) => (
            <select {...props} className="form-select" {...form.register('kind')}>
              {(['municipality', 'joint_company'] as const).map((k) => <option key={k} value={k}>{t(`organisation.kind.${k}`)}</option>)}
            </select>
          )}
        </Field>
        {input('name', 200, required)}
        <div className="k-form__row">
          {input('cvr', 20, required, { hint: t('organisation.cvrHint') })}
          {kind === 'municipality' && input('municipalityCode', 3, required, { hint: t('organisation.codeHint') })}
        </div>
        {input('street', 200, {}, { optional: true })}
        <div className="k-form__row">
          {input('postalCode', 10, {}, { optional: true })}
          {input('city', 100, {}, { optional: true })}
        </div>
        {input('mail', 254, {}, { hint: t('organisation.mailHint'), optional: true })}
        {input('from', 10, { validate: (text: string) => text.trim() === '' || parseDate(text) !== undefined || t('organisation.dayInvalid') }, { hint: t('organisation.memberFromHint'), optional: true })}
        <div className="k-actions">
          <button type="submit" className="button button-primary" aria-disabled={act.sending}>{t('organisation.registerSend')}</button>
          <Link to="/organisations">{t('common.back')}</Link>
        </div>
      </form>
    </>
  )
}
