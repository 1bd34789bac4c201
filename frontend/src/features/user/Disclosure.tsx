import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useForm } from 'react-hook-form'
import { api, unwrap } from '../../api/client'
import { useWords } from '../../i18n'
import { isOffice, useMe } from '../../session'
import { Alert } from '../../ui/Alert'
import { ErrorSummary, Field, sendOnCtrlEnter, type Mistake } from '../../ui/form'
import { Icon } from '../../ui/Icon'
import { ErrorState } from '../../ui/states'
import { useAct } from '../../ui/useAct'

function save(file: Blob, name: string) {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(file)
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}

/** Everything held about a person, as a file. That it was made is kept, so it is an act and no link. */
export function Disclosure({ id }: { id: number }) {
  const { t } = useWords()
  const me = useMe()
  const client = useQueryClient()
  const act = useAct()
  const [done, setDone] = useState(false)
  const fetchFile = async () => {
    setDone(false)
    const good = await act.run(async () => {
      const file = await unwrap(api.POST('/api/v1/users/{id}/disclosure', { params: { path: { id } }, parseAs: 'blob' }))
      save(file, `indsigt-bruger-${id}.zip`)
    })
    setDone(good)
    void client.invalidateQueries({ queryKey: ['users', id, 'history'] })
  }
  return (
    <section className="k-section" aria-labelledby="disclosure">
      <h2 id="disclosure">{t('people.discloseTitle')}</h2>
      <p className="k-quiet">{isOffice(me) ? t('people.discloseHelp') : t('people.discloseHelpOwn')}</p>
      {act.error && <ErrorState error={act.error} />}
      {done && <Alert kind="success" role="status"><p>{t('people.disclosed')}</p></Alert>}
      <button type="button" className="button button-secondary" aria-disabled={act.sending} onClick={() => void fetchFile()}>
        <Icon name="download" />
        {act.sending ? t('people.disclosing') : t('people.disclose')}
      </button>
    </section>
  )
}

/** The same for whoever has an address, a user or not. */
export function DisclosureByMail() {
  const { t } = useWords()
  const act = useAct()
  const [found, setFound] = useState<boolean>()
  const form = useForm({ defaultValues: { email: '', name: '' } })
  const { errors, submitCount } = form.formState
  const send = form.handleSubmit(async ({ email, name }) => {
    setFound(undefined)
    await act.run(async () => {
      const body = { email: email.trim(), ...(name.trim() !== '' && { name: name.trim() }) }
      const file = await unwrap<Blob | undefined>(api.POST('/api/v1/disclosures', { body, parseAs: 'blob' }))
      if (file) save(file, 'indsigt-mail.zip')
      setFound(file !== undefined)
    })
  })
  const wrong = { email: errors.email?.message ?? act.says('email'), name: act.says('name') }
  const mistakes = (['email', 'name'] as const).flatMap((key): Mistake[] => wrong[key] === undefined ? [] : [{ field: `disclose-${key}`, message: `${t(key === 'email' ? 'people.discloseMail' : 'people.discloseName')}: ${wrong[key]}` }])
  return (
    <section className="k-section" aria-labelledby="disclose-any">
      <h2 id="disclose-any">{t('people.discloseAny')}</h2>
      <p className="k-quiet">{t('people.discloseAnyHelp')}</p>
      {act.error && mistakes.length === 0 && <ErrorState error={act.error} />}
      {found === true && <Alert kind="success" role="status"><p>{t('people.disclosedAny')}</p></Alert>}
      {found === false && <Alert kind="info" heading={t('people.discloseNothing')} role="status"><p>{t('people.discloseNothingHelp')}</p></Alert>}
      <form className="k-form" noValidate onSubmit={(event) => void send(event)} onKeyDown={sendOnCtrlEnter}>
        <ErrorSummary mistakes={mistakes} attempt={submitCount + act.attempt} />
        <Field id="disclose-email" label={t('people.discloseMail')} error={wrong.email}>
          {(props) => <input {...props} type="email" className="form-input" maxLength={254} autoComplete="off" {...form.register('email', { required: t('users.required'), pattern: { value: /^[^@\s]+@[^@\s]+$/, message: t('users.emailInvalid') }, setValueAs: (v: string) => v.trim() })} />}
        </Field>
        <Field id="disclose-name" label={t('people.discloseName')} optional hint={t('people.discloseNameHint')} error={wrong.name}>
          {(props) => <input {...props} className="form-input" maxLength={200} autoComplete="off" {...form.register('name')} />}
        </Field>
        <button type="submit" className="button button-secondary" aria-disabled={act.sending}>
          <Icon name="download" />
          {act.sending ? t('people.disclosing') : t('people.disclose')}
        </button>
      </form>
    </section>
  )
}
