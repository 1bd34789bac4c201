import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { useForm, useWatch } from 'react-hook-form'
import { api, unwrap, type Schemas } from '../../api/client'
import { useFormat, useWords } from '../../i18n'
import { isOffice, useMay, useMe } from '../../session'
import { Alert } from '../../ui/Alert'
import { ErrorSummary, Field, sendOnCtrlEnter, type Mistake } from '../../ui/form'
import { Secret } from '../../ui/Secret'
import { ErrorState } from '../../ui/states'
import { useOpened } from '../../ui/useOpened'
import { mayLeave, useOnce, useUnsaved } from '../../ui/unsaved'
import { organisationsQuery } from './queries'

interface Values {
  name: string
  email: string
  role: Schemas['Role']
  organisation: string
}

export const officeRoles: Schemas['Role'][] = ['lawyer', 'supervisor', 'secretariat_admin', 'board']
export const memberRoles: Schemas['Role'][] = ['contact_person', 'system_owner', 'dpo', 'procurement']

/** Makes a user and shows the code that links a first sign-in to it, once. It opens in the page. */
export function InviteForm({ close }: { close: () => void }) {
  const { t } = useWords()
  const f = useFormat()
  const me = useMe()
  const may = useMay()
  const client = useQueryClient()
  const office = isOffice(me)
  const organisations = useQuery({ ...organisationsQuery, enabled: office && may('listOrganisations') })
  const [made, setMade] = useState<(Schemas['Invitation'] & { name: string; copied?: true })[]>([])
  const code = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (made.length > 0) code.current?.focus()
  }, [made.length])
  useOnce(made.some((m) => !m.copied))
  const [error, setError] = useState<unknown>()
  const form = useForm<Values>({ defaultValues: { name: '', email: '', role: 'contact_person', organisation: '' } })
  const role = useWatch({ control: form.control, name: 'role' })
  const needsOrganisation = memberRoles.includes(role)
  const send = form.handleSubmit(async ({ name, email, role: chosen, organisation }) => {
    setError(undefined)
    const organisationId = office ? (needsOrganisation && organisation ? Number(organisation) : undefined) : me.active.organisation?.id
    try {
      const invitation = await unwrap(api.POST('/api/v1/invitations', { body: { name: name.trim(), email: email.trim(), role: chosen, ...(organisationId !== undefined && { organisationId }) } }))
      setMade((old) => [{ ...invitation, name: name.trim() }, ...old])
      form.reset()
      void client.invalidateQueries({ queryKey: ['users'] })
    } catch (refusal) {
      setError(refusal)
    }
  })
  const [box, escape] = useOpened(close)
  const { errors, submitCount, isDirty } = form.formState
  useUnsaved(isDirty)
  const mistakes = (['name', 'email', 'organisation'] as const).flatMap((key): Mistake[] => {
    const message = errors[key]?.message
    return message ? [{ field: `invite-${key}`, message: `${t(`users.${key}`)}: ${message}` }] : []
  })
  const required = { required: t('users.required') }
  return (
    <section className="k-inset" aria-labelledby="invite">
      <h2 id="invite">{t('users.invite')}</h2>
      <p className="k-quiet">{t('users.inviteLead')}</p>
      {made.map((m, n) => (
        <Alert key={m.code} kind="success" heading={t('users.codeHeading', { name: m.name })} role="status" ref={n === 0 ? code : undefined} tabIndex={-1}>
          <Secret value={m.code} label={t('users.codeHeading', { name: m.name })} onCopied={() => setMade((old) => old.map((x) => (x.code === m.code ? { ...x, copied: true } : x)))} />
          <p>{t('users.codeOnce', { when: f.dateTime(m.expires) })}</p>
        </Alert>
      ))}
      {error !== undefined && <ErrorState error={error} />}
      <form ref={box} className="k-form" noValidate onSubmit={(event) => void send(event)} onKeyDown={(event) => { sendOnCtrlEnter(event); escape(event) }}>
        <ErrorSummary mistakes={mistakes} attempt={submitCount} />
        <Field id="invite-name" label={t('users.name')} error={errors.name?.message}>
          {(props) => <input {...props} className="form-input" maxLength={200} autoComplete="off" {...form.register('name', required)} />}
        </Field>
        <Field id="invite-email" label={t('users.email')} error={errors.email?.message}>
          {(props) => <input {...props} type="email" className="form-input" maxLength={254} autoComplete="off" {...form.register('email', { ...required, pattern: { value: /^[^@\s]+@[^@\s]+$/, message: t('users.emailInvalid') } })} />}
        </Field>
        <Field id="invite-role" label={t('users.role')}>
          {(props) => (
            <select {...props} className="form-select" {...form.register('role')}>
              {[...(office ? officeRoles : []), ...memberRoles].map((r) => <option key={r} value={r}>{t(`session.role.${r}`)}</option>)}
            </select>
          )}
        </Field>
        {office && needsOrganisation && (
          <Field id="invite-organisation" label={t('users.organisation')} error={errors.organisation?.message}>
            {(props) => (
              <select {...props} className="form-select" {...form.register('organisation', required)}>
                <option value="">{t('agreement.field.choose')}</option>
                {organisations.data?.items.map((o) => <option key={o.id} value={o.id}>{o.name}</option>)}
              </select>
            )}
          </Field>
        )}
        <div className="k-actions">
          <button type="submit" className="button button-primary">{t('users.send')}</button>
          <button type="button" className="button button-secondary" onClick={() => void mayLeave().then((yes) => { if (yes) close() })}>{t('common.close')}</button>
        </div>
      </form>
    </section>
  )
}
