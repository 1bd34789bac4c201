import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { ApiError } from '../../../api/problem'
import { useFormat, useWords } from '../../../i18n'
import { Dropzone } from '../../../ui/Dropzone'
import { ErrorSummary, Field, sendOnCtrlEnter, type Mistake } from '../../../ui/form'
import { PageHeading } from '../../../ui/PageHeading'
import { ErrorState } from '../../../ui/states'
import { useUnsaved } from '../../../ui/unsaved'
import { familiesQuery } from '../queries'
import { useInLanguage } from '../states'
import { Provenance, useProvenance } from './Provenance'
import { maxSize, sendFile, type Intake } from './queries'

const conventions = ['state', 'kombit', 'brackets', 'unmarked'] as const

/** A Word file, whose text it is, and which family it belongs to. */
export default function NewSourcePage() {
  const { t } = useWords()
  const inLanguage = useInLanguage()
  const f = useFormat()
  const navigate = useNavigate()
  const client = useQueryClient()
  const asked = useSearch({ from: '/inside/templates/sources/new' }).family
  const families = useQuery(familiesQuery).data?.items ?? []
  const [family, setFamily] = useState(asked ?? '')
  const [file, setFile] = useState<File>()
  const [convention, setConvention] = useState<Intake['convention']>()
  const [language, setLanguage] = useState<Intake['language']>()
  const [attempt, setAttempt] = useState(0)
  const [sending, setSending] = useState(false)
  const [error, setError] = useState<unknown>()
  const whose = useProvenance({})
  const mistakes: Mistake[] = attempt === 0 ? [] : [
    ...(file === undefined ? [{ field: 'file', message: t('source.fileRequired') }] : []),
    ...(family === '' ? [{ field: 'family', message: t('source.familyRequired') }] : []),
    ...whose.mistakes,
  ]
  useUnsaved(file !== undefined || whose.dirty)
  const says = (field: string) => mistakes.find((m) => m.field === field)?.message
  const send = async () => {
    if (sending) return
    setError(undefined)
    setAttempt(attempt + 1)
    const said = whose.read()
    if (file === undefined || family === '' || !said) return
    if (file.size > maxSize) return setError(new ApiError(413, { code: 'word.too_large' }))
    setSending(true)
    try {
      const made = await sendFile({ family, ...said, ...(convention && { convention }), ...(language && { language }) }, file)
      await client.invalidateQueries({ queryKey: ['template-sources'] })
      await navigate({ to: '/templates/sources/$id', params: { id: String(made.id) }, ignoreBlocker: true })
    } catch (refusal) {
      setError(refusal)
      setSending(false)
    }
  }
  return (
    <form className="k-form" noValidate onSubmit={(event) => { event.preventDefault(); void send() }} onKeyDown={sendOnCtrlEnter}>
      <PageHeading kicker={<Link to="/templates">{t('templates.title')}</Link>} title={t('source.title')} lead={t('source.lead')} />
      {error !== undefined && <ErrorState error={error} focus />}
      <ErrorSummary mistakes={mistakes} attempt={attempt} />
      <Dropzone label={t('source.drop')} take={(dropped) => setFile(dropped.files[0] ?? file)}>
        <Field id="file" label={t('source.file')} hint={t('source.fileHint')} error={says('file')}>
          {(props) => <input {...props} type="file" accept=".docx,application/vnd.openxmlformats-officedocument.wordprocessingml.document" onChange={(event) => setFile(event.target.files?.[0] ?? undefined)} />}
        </Field>
        {file && <p role="status">{t('source.chosen', { name: file.name, size: f.bytes(file.size) })}</p>}
      </Dropzone>
      <Field id="family" label={t('source.family')} error={says('family')}>
        {(props) => (
          <select {...props} className="form-select" value={family} onChange={(event) => setFamily(event.target.value)}>
            <option value="" />
            {families.map((x) => <option key={x.key} value={x.key}>{inLanguage(x.name)}</option>)}
          </select>
        )}
      </Field>
      <Provenance form={whose} />
      <Field id="convention" label={t('source.convention')}>
        {(props) => (
          <select {...props} className="form-select" value={convention ?? ''} onChange={(event) => setConvention(conventions.find((c) => c === event.target.value))}>
            <option value="">{t('source.conventionTold')}</option>
            {conventions.map((c) => <option key={c} value={c}>{t(`source.conventionName.${c}`)}</option>)}
          </select>
        )}
      </Field>
      <Field id="language" label={t('source.language')}>
        {(props) => (
          <select {...props} className="form-select" value={language ?? ''} onChange={(event) => setLanguage((['da', 'en'] as const).find((l) => l === event.target.value))}>
            <option value="">{t('source.languageTold')}</option>
            {(['da', 'en'] as const).map((l) => <option key={l} value={l}>{t(`template.lang.${l}`)}</option>)}
          </select>
        )}
      </Field>
      <div className="k-actions"><button type="submit" className="button button-primary" aria-disabled={sending}>{sending ? t('source.sending') : t('source.send')}</button></div>
    </form>
  )
}
