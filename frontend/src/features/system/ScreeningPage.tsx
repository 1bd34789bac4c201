import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { useForm } from 'react-hook-form'
import { api, unwrap, type Schemas } from '../../api/client'
import { ApiError, type StaleDetail } from '../../api/problem'
import { useWords } from '../../i18n'
import { Alert } from '../../ui/Alert'
import { ErrorSummary, Field, sendOnCtrlEnter, type Mistake } from '../../ui/form'
import { PageHeading } from '../../ui/PageHeading'
import { Stale } from '../../ui/Stale'
import { ErrorState, Loaded } from '../../ui/states'
import { useUnsaved } from '../../ui/unsaved'
import { systemQuery } from './queries'

type Outcome = Schemas['ScreeningOutcome']
const outcomes: Outcome[] = ['no_personal_data', 'personal_data']

export default function ScreeningPage() {
  const { number } = useParams({ from: '/inside/systems/$number/screening' })
  const query = useQuery(systemQuery(Number(number)))
  return <Loaded key={number} query={query}>{(s) => <Form system={s} />}</Loaded>
}

function Form({ system: s }: { system: Schemas['SystemDetail'] }) {
  const { t } = useWords()
  const client = useQueryClient()
  const navigate = useNavigate()
  const [version, setVersion] = useState(s.version)
  const [stale, setStale] = useState<StaleDetail>()
  const [error, setError] = useState<unknown>()
  const form = useForm<{ outcome: string; reason: string }>({ defaultValues: { outcome: '', reason: '' } })
  const { errors, submitCount, isSubmitting, isDirty } = form.formState
  useUnsaved(isDirty)
  const params = { number: String(s.number) }
  const send = form.handleSubmit(async ({ outcome, reason }) => {
    setStale(undefined)
    setError(undefined)
    try {
      const saved = await unwrap(
        api.POST('/api/v1/systems/{number}/screening', {
          params: { path: { number: s.number }, header: { 'If-Match': `"${version}"` } },
          body: { outcome: outcome as Outcome, reason },
        }),
      )
      client.setQueryData(['systems', s.number], saved)
      void client.invalidateQueries({ queryKey: ['systems'] })
      await navigate({ to: '/systems/$number', params, ignoreBlocker: true })
    } catch (refusal) {
      if (refusal instanceof ApiError && refusal.stale) setStale(refusal.stale)
      else setError(refusal)
    }
  })
  const reload = async () => {
    const fresh = await client.query({ ...systemQuery(s.number), staleTime: 0 })
    setVersion(fresh.version)
    setStale(undefined)
  }
  const mistakes: Mistake[] = [
    ...(errors.outcome?.message ? [{ field: 'outcome-no_personal_data', message: errors.outcome.message }] : []),
    ...(errors.reason?.message ? [{ field: 'reason', message: errors.reason.message }] : []),
  ]
  return (
    <form className="k-form" noValidate onSubmit={(event) => void send(event)} onKeyDown={sendOnCtrlEnter}>
      <PageHeading kicker={<Link to="/systems/$number" params={params}>{s.name}</Link>} title={t('systemPage.screenTitle')} lead={t('systemPage.screenLead')} />
      {stale && <Stale detail={stale} reload={() => void reload()} fieldName={(path) => (path === 'vendor' ? t('system.vendor') : path === 'screening' ? t('systemPage.screening') : t('systemPage.profile'))} />}
      {error !== undefined && <ErrorState error={error} />}
      <ErrorSummary mistakes={mistakes} attempt={submitCount} />
      {s.dataKinds.length + s.dataSubjects.length > 0 && <Alert kind="info"><p>{t('systemPage.hasData')}</p></Alert>}
      <fieldset className="k-choices">
        <legend>{t('systemPage.screenOutcome')}</legend>
        {errors.outcome && <p className="form-error-message">{errors.outcome.message}</p>}
        {outcomes.map((o) => (
          <label key={o} className="k-check" htmlFor={`outcome-${o}`}>
            <input id={`outcome-${o}`} type="radio" value={o} {...form.register('outcome', { required: t('systemPage.screenOutcomeRequired') })} />
            <span>{t(`systemPage.outcome.${o}`)}</span>
          </label>
        ))}
      </fieldset>
      <Field id="reason" label={t('systemPage.screenReason')} hint={t('systemPage.screenReasonHint')} error={errors.reason?.message}>
        {(props) => <textarea {...props} className="form-input" rows={4} maxLength={2000} {...form.register('reason', { validate: (v) => v.trim() !== '' || t('systemPage.screenReasonRequired') })} />}
      </Field>
      <button type="submit" className="button button-primary" aria-disabled={isSubmitting}>{t('systemPage.screenSend')}</button>
    </form>
  )
}
