import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useMemo, useRef, useState } from 'react'
import { useForm } from 'react-hook-form'
import { api, unwrap, type Schemas } from '../../api/client'
import { useFormat, useWords } from '../../i18n'
import { useMay } from '../../session'
import { Alert } from '../../ui/Alert'
import { DataTable, type Column } from '../../ui/DataTable'
import { ErrorSummary, Field, sendOnCtrlEnter } from '../../ui/form'
import { PageHeading } from '../../ui/PageHeading'
import { Secret } from '../../ui/Secret'
import { Empty, ErrorState, Loaded } from '../../ui/states'
import { Tag } from '../../ui/Tag'
import { useUnsaved } from '../../ui/unsaved'
import { keysQuery } from './queries'

type Key = Schemas['ApiKey']

export default function ApiKeysPage() {
  const { t } = useWords()
  const may = useMay()
  const query = useQuery(keysQuery)
  return (
    <>
      <PageHeading title={t('apiKeys.title')} lead={t('apiKeys.lead')} />
      <Loaded query={query}>{({ items }) => (items.length === 0 ? <Empty why={t('apiKeys.empty')} help={t('apiKeys.emptyHelp')} /> : <KeyTable keys={items} />)}</Loaded>
      {may('createApiKey') && <NewKey />}
    </>
  )
}

function KeyTable({ keys }: { keys: Key[] }) {
  const { t } = useWords()
  const f = useFormat()
  const may = useMay()
  const client = useQueryClient()
  const [asking, setAsking] = useState<Key>()
  const [error, setError] = useState<unknown>()
  const question = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (asking) question.current?.focus()
  }, [asking])
  const close = (goTo: string) => {
    setAsking(undefined)
    document.querySelector<HTMLElement>(goTo)?.focus()
  }
  const canRevoke = may('revokeApiKey')
  const revoke = async (key: Key) => {
    setError(undefined)
    try {
      await unwrap(api.DELETE('/api/v1/api-keys/{id}', { params: { path: { id: key.id } } }))
      close('h1') // the row has no button any more
      await client.invalidateQueries({ queryKey: ['api-keys'] })
    } catch (refusal) {
      setError(refusal)
    }
  }
  const columns = useMemo(
    (): Column<Key>[] => [
      { id: 'name', head: t('apiKeys.name'), main: true, cell: (k) => k.name },
      { id: 'prefix', head: t('apiKeys.prefix'), cell: (k) => <code>{k.prefix}…</code> },
      { id: 'created', head: t('apiKeys.created'), cell: (k) => f.date(k.created) },
      { id: 'lastUsed', head: t('apiKeys.lastUsed'), cell: (k) => (k.lastUsed ? f.dateTime(k.lastUsed) : t('apiKeys.never')) },
      { id: 'state', head: t('apiKeys.state'), cell: (k) => <Tag tone={k.revoked ? 'none' : 'ok'}>{k.revoked ? t('apiKeys.revoked', { when: f.date(k.revoked) }) : t('apiKeys.active')}</Tag> },
      {
        id: 'revoke',
        head: t('apiKeys.act'),
        cell: (k) => canRevoke && !k.revoked ? <button type="button" id={`revoke-${k.id}`} className="k-textbutton k-textbutton--row" aria-label={t('apiKeys.revokeNamed', { name: k.name })} onClick={() => setAsking(k)}>{t('apiKeys.revoke')}</button> : '–',
      },
    ],
    [f, t, canRevoke],
  )
  return (
    <>
      {error !== undefined && <ErrorState error={error} />}
      {asking && (
        <Alert kind="warning" role="alert" ref={question} tabIndex={-1} heading={t('apiKeys.revokeNamed', { name: asking.name })}>
          <p>{t('apiKeys.revokeConfirm', { name: asking.name })}</p>
          <div className="k-actions">
            <button type="button" className="button button-primary" onClick={() => void revoke(asking)}>{t('apiKeys.revokeYes')}</button>
            <button type="button" className="button button-secondary" onClick={() => close(`#revoke-${asking.id}`)}>{t('apiKeys.revokeNo')}</button>
          </div>
        </Alert>
      )}
      <DataTable caption={t('apiKeys.caption')} columns={columns} rows={keys} rowKey={(k) => k.id} />
    </>
  )
}

function NewKey() {
  const { t } = useWords()
  const client = useQueryClient()
  const [secret, setSecret] = useState<string>()
  const [error, setError] = useState<unknown>()
  const form = useForm<{ name: string }>({ defaultValues: { name: '' } })
  const send = form.handleSubmit(async ({ name }) => {
    setError(undefined)
    try {
      const made = await unwrap(api.POST('/api/v1/api-keys', { body: { name: name.trim() } }))
      setSecret(made.secret)
      form.reset()
      void client.invalidateQueries({ queryKey: ['api-keys'] })
    } catch (refusal) {
      setError(refusal)
    }
  })
  useUnsaved(form.formState.isDirty)
  const mistake = form.formState.errors.name?.message
  return (
    <section className="k-section" aria-labelledby="create">
      <h2 id="create">{t('apiKeys.create')}</h2>
      {secret && (
        <Alert kind="success" heading={t('apiKeys.secretHeading')} role="status">
          <Secret value={secret} label={t('apiKeys.secretHeading')} />
          <p>{t('apiKeys.secretOnce')}</p>
        </Alert>
      )}
      {error !== undefined && <ErrorState error={error} />}
      <form className="k-form" noValidate onSubmit={(event) => void send(event)} onKeyDown={sendOnCtrlEnter}>
        <ErrorSummary mistakes={mistake ? [{ field: 'key-name', message: mistake }] : []} attempt={form.formState.submitCount} />
        <Field id="key-name" label={t('apiKeys.createName')} hint={t('apiKeys.createHint')} error={mistake}>
          {(props) => <input {...props} className="form-input" maxLength={100} autoComplete="off" {...form.register('name', { validate: (v) => v.trim() !== '' || t('apiKeys.required') })} />}
        </Field>
        <button type="submit" className="button button-primary">{t('apiKeys.createSend')}</button>
      </form>
    </section>
  )
}
