import { useQuery } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { useForm } from 'react-hook-form'
import type { Schemas } from '../../api/client'
import { useWords } from '../../i18n'
import { errorSentence, problemSentence } from '../../i18n/problems'
import { beginAt, optionsQuery, useSessionActs } from '../../session'
import { Alert } from '../../ui/Alert'
import { ErrorSummary, Field, sendOnCtrlEnter } from '../../ui/form'
import { PageHeading } from '../../ui/PageHeading'
import { ErrorState, Loaded } from '../../ui/states'
import { safeNext } from './next'

type Persona = Schemas['Persona']
const officeRoles: Schemas['Role'][] = ['lawyer', 'supervisor', 'secretariat_admin']

export default function SignInPage() {
  const { t } = useWords()
  const { invitation, next, problem } = useSearch({ from: '/sign-in' })
  const options = useQuery(optionsQuery)
  const enter = () => beginAt(next === undefined ? '/begin' : safeNext(next))
  if (invitation) return <InvitationForm done={enter} />
  return (
    <div className="k-signin">
      <PageHeading title={t('session.signInTitle')} lead={t('session.signInLead')} />
      {problem && (
        <Alert kind="error" role="alert" heading={t('session.refused')}>
          <p>{problemSentence(problem)}</p>
        </Alert>
      )}
      <Loaded query={options}>
        {({ demo, personas, issuers }) => (
          <>
            {issuers.length > 0 && (
              <section className="k-section" aria-labelledby="issuers">
                <h2 id="issuers">{t('session.issuerHeading')}</h2>
                <div className="k-actions">
                  {issuers.map((issuer) => (
                    <a key={issuer.key} className="button button-primary" href={issuer.url}>{t('session.issuerButton', { name: issuer.name })}</a>
                  ))}
                </div>
              </section>
            )}
            {demo && <Personas personas={personas} done={enter} />}
            {!demo && issuers.length === 0 && <p>{t('session.noWays')}</p>}
          </>
        )}
      </Loaded>
    </div>
  )
}

function Personas({ personas, done }: { personas: Persona[]; done: () => void }) {
  const { t } = useWords()
  const acts = useSessionActs()
  const [error, setError] = useState<unknown>()
  const groups = [
    { key: 'office', name: t('session.office'), of: personas.filter((p) => officeRoles.includes(p.role)) },
    { key: 'members', name: t('session.members'), of: personas.filter((p) => p.organisation !== undefined && !officeRoles.includes(p.role)) },
    { key: 'overall', name: t('session.overall'), of: personas.filter((p) => p.organisation === undefined && !officeRoles.includes(p.role)) },
  ]
  return (
    <section className="k-section" aria-labelledby="demo">
      <h2 id="demo">{t('session.demoHeading')}</h2>
      <p>{t('session.demoLead')}</p>
      {error !== undefined && <ErrorState error={error} />}
      {groups.filter((g) => g.of.length > 0).map((group) => (
        <section key={group.key} aria-labelledby={`demo-${group.key}`}>
          <h3 id={`demo-${group.key}`}>{group.name}</h3>
          <ul className="k-personas">
            {group.of.map((p) => (
              <li key={p.key}>
                <button type="button" className="k-persona" onClick={() => void acts.demo(p.key).then(done, setError)}>
                  <strong>{t(`session.role.${p.role}`)}</strong>
                  {p.organisation && <span>{p.organisation}</span>}
                  <span>{p.name}</span>
                </button>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </section>
  )
}

function InvitationForm({ done }: { done: () => void }) {
  const { t } = useWords()
  const acts = useSessionActs()
  const [refusal, setRefusal] = useState<string>()
  const form = useForm<{ code: string }>({ defaultValues: { code: '' } })
  const send = form.handleSubmit(async ({ code }) => {
    setRefusal(undefined)
    try {
      await acts.redeem(code.trim())
      done()
    } catch (error) {
      setRefusal(errorSentence(error))
    }
  })
  const mistake = form.formState.errors.code?.message ?? refusal
  return (
    <form className="k-form" noValidate onSubmit={(event) => void send(event)} onKeyDown={sendOnCtrlEnter}>
      <PageHeading title={t('session.invitationTitle')} lead={t('session.invitationLead')} />
      <ErrorSummary mistakes={mistake ? [{ field: 'code', message: mistake }] : []} attempt={form.formState.submitCount} />
      <Field id="code" label={t('session.invitationCode')} hint={t('session.invitationHint')} error={mistake}>
        {(props) => <input {...props} className="form-input" autoComplete="one-time-code" maxLength={80} {...form.register('code', { required: t('session.invitationRequired') })} />}
      </Field>
      <button type="submit" className="button button-primary">{t('session.invitationSend')}</button>
    </form>
  )
}
