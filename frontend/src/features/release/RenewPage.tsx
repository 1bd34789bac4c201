import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { agreementQuery } from '../../api/agreements'
import { api, unwrap, type Schemas } from '../../api/client'
import { useWords } from '../../i18n'
import { Alert } from '../../ui/Alert'
import { Field, sendOnCtrlEnter } from '../../ui/form'
import { PageHeading } from '../../ui/PageHeading'
import { ErrorState, Loaded } from '../../ui/states'
import { useAct } from '../../ui/useAct'
import { useUnsaved } from '../../ui/unsaved'

type Kind = Schemas['VersionKind']

/** The next version: a replacement is concluded again, an amendment is an addendum. */
export default function RenewPage() {
  const { id } = useParams({ from: '/inside/agreements/$id/renew' })
  const query = useQuery(agreementQuery(Number(id)))
  return <Loaded key={id} query={query}>{(detail) => <Page detail={detail} />}</Loaded>
}

function Page({ detail }: { detail: Schemas['AgreementDetail'] }) {
  const { t } = useWords()
  const client = useQueryClient()
  const navigate = useNavigate()
  const act = useAct()
  const [kind, setKind] = useState<Kind>('replacement')
  const [note, setNote] = useState('')
  const a = detail.agreement
  const params = { id: String(a.id) }
  useUnsaved(note !== '', 'renew')
  const send = () => act.run(async () => {
    const made = await unwrap(api.POST('/api/v1/agreements/{id}/versions', { params: { path: { id: a.id } }, body: { kind, note } }))
    client.setQueryData(['agreements', a.id], made)
    for (const key of ['agreements', 'desk']) void client.invalidateQueries({ queryKey: [key] })
    await navigate({ to: '/agreements/$id', params, ignoreBlocker: true })
  })
  return (
    <div className="k-act">
      <PageHeading kicker={<Link to="/agreements/$id" params={params}>{a.title}</Link>} title={t('release.renew')} lead={a.state === 'draft' ? undefined : t('release.renewLead', { no: a.versionNo + 1 })} />
      {a.state === 'draft' ? <Alert kind="info"><p>{t('release.renewDraft')}</p></Alert> : (
        <form className="k-form" noValidate onKeyDown={sendOnCtrlEnter} onSubmit={(event) => { event.preventDefault(); void send() }}>
          {act.error && <ErrorState error={act.error} focus />}
          <fieldset className="k-choices">
            <legend>{t('release.renewKind')}</legend>
            {(['replacement', 'amendment'] as const).map((k) => (
              <label key={k} className="k-check">
                <input type="radio" name="kind" checked={kind === k} onChange={() => setKind(k)} />
                <span>{t(`release.kindName.${k}`)}<br /><span className="k-quiet">{t(`release.kindHelp.${k}`)}</span></span>
              </label>
            ))}
          </fieldset>
          <Field id="note" label={t('release.renewNote')} hint={t('release.renewNoteHint')} error={act.says('note')}>
            {(props) => <textarea {...props} className="form-input" rows={3} maxLength={2000} value={note} onChange={(event) => setNote(event.target.value)} />}
          </Field>
          <div className="k-actions">
            <button type="submit" className="button button-primary" disabled={act.sending}>{t('release.renewSend')}</button>
            <Link to="/agreements/$id" params={params}>{t('release.backTo')}</Link>
          </div>
        </form>
      )}
    </div>
  )
}
