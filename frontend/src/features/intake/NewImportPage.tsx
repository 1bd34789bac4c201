import { useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { ApiError } from '../../api/problem'
import { useFormat, useWords } from '../../i18n'
import { isOffice, useMe } from '../../session'
import { Dropzone } from '../../ui/Dropzone'
import { ErrorSummary, Field, sendOnCtrlEnter, type Mistake } from '../../ui/form'
import { PageHeading } from '../../ui/PageHeading'
import { ErrorState } from '../../ui/states'
import { FolderSteps, How } from './How'
import { kindsFor, maxSize, sendFile, type Kind } from './queries'

/** A file and what it is a list of; the rest is read from it. */
export default function NewImportPage() {
  const { t } = useWords()
  const f = useFormat()
  const office = isOffice(useMe())
  const navigate = useNavigate()
  const client = useQueryClient()
  const asked = useSearch({ from: '/inside/imports/new' }).kind
  const [kind, setKind] = useState<Kind | undefined>(asked)
  const [file, setFile] = useState<File>()
  const [attempt, setAttempt] = useState(0)
  const [sending, setSending] = useState(false)
  const [error, setError] = useState<unknown>()
  const kinds = kindsFor(office)
  const mistakes: Mistake[] = attempt === 0 ? [] : [
    ...(kind === undefined ? [{ field: `kind-${kinds[0]}`, message: t('intake.kindRequired') }] : []),
    ...(file === undefined ? [{ field: 'file', message: t('intake.fileRequired') }] : []),
  ]
  const send = async () => {
    if (sending) return
    setError(undefined)
    setAttempt(attempt + 1)
    if (kind === undefined || file === undefined) return
    if (file.size > maxSize) return setError(new ApiError(413, { code: 'import.too_large' }))
    setSending(true)
    try {
      const made = await sendFile(kind, file)
      client.setQueryData(['imports', made.id], made)
      void client.invalidateQueries({ queryKey: ['imports', 'list'] })
      void client.invalidateQueries({ queryKey: ['imports', 'count'] })
      await navigate({ to: '/imports/$id', params: { id: String(made.id) } })
    } catch (refusal) {
      setError(refusal)
      setSending(false)
    }
  }
  return (
    <>
      <form className="k-form" noValidate onSubmit={(event) => { event.preventDefault(); void send() }} onKeyDown={sendOnCtrlEnter}>
        <PageHeading kicker={<Link to="/imports">{t('list.imports')}</Link>} title={asked === 'own_agreements' ? t('intake.newFolder') : t('list.import')} lead={kind === 'own_agreements' ? t('intake.newFolderLead') : t('intake.newLead')} />
        {kind === 'own_agreements' && <FolderSteps />}
        {error !== undefined && <ErrorState error={error} />}
        <ErrorSummary mistakes={mistakes} attempt={attempt} />
        <fieldset className="k-choices">
          <legend>{t('intake.chooseKind')}</legend>
          {kinds.map((k) => (
            <label key={k} className="k-check" htmlFor={`kind-${k}`}>
              <input id={`kind-${k}`} type="radio" name="kind" value={k} checked={kind === k} onChange={() => setKind(k)} />
              <span>
                {t(`intake.kindName.${k}`)}
                <br />
                <span className="k-quiet">{office && (k === 'usages' || k === 'own_agreements') ? t(`intake.kindOffice.${k}`) : t(`intake.kindHelp.${k}`)}</span>
              </span>
            </label>
          ))}
        </fieldset>
        <Dropzone label={t('intake.chooseFile')} take={(dropped) => setFile(dropped.files[0] ?? file)}>
          <Field id="file" label={kind === 'own_agreements' ? t('intake.chooseSheet') : t('intake.chooseFile')} hint={kind === 'own_agreements' ? t('intake.chooseSheetHint') : t('intake.chooseFileHint')} error={attempt > 0 && file === undefined ? t('intake.fileRequired') : undefined}>
            {(props) => (
              <input {...props} type="file" accept=".csv,.txt,.tsv,.xlsx,text/csv,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" onChange={(event) => setFile(event.target.files?.[0] ?? undefined)} />
            )}
          </Field>
          {file && <p role="status">{t('intake.fileChosen', { name: file.name, size: f.bytes(file.size) })}</p>}
        </Dropzone>
        <div className="k-actions">
          <button type="submit" className="button button-primary" aria-disabled={sending}>{sending ? t('intake.sending') : t('intake.send')}</button>
          <span className="k-quiet">{t('intake.sendHint')}</span>
        </div>
      </form>
      <How kind={kind} />
    </>
  )
}
