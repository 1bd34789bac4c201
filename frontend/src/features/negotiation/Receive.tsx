import { useState } from 'react'
import { ApiError } from '../../api/problem'
import { useFormat, useWords } from '../../i18n'
import { Dropzone } from '../../ui/Dropzone'
import { Field } from '../../ui/form'
import { ErrorState } from '../../ui/states'
import { maxSize, receive, type Round } from './queries'

/** Refusals of a file that may be right all the same. */
const doubted = new Set(['negotiation.other_agreement', 'negotiation.other_round'])

/** The place where the file that the vendor sent back is put. */
export function Receive({ id, onReceived }: { id: number; onReceived: (round: Round) => void }) {
  const { t } = useWords()
  const f = useFormat()
  const [file, setFile] = useState<File>()
  const [sending, setSending] = useState(false)
  const [error, setError] = useState<unknown>()
  const take = async (chosen: File | undefined, anyway = false) => {
    if (!chosen || sending) return
    setFile(chosen)
    setError(undefined)
    if (chosen.size > maxSize) return setError(new ApiError(413, { code: 'negotiation.file_too_large' }))
    setSending(true)
    try {
      onReceived(await receive(id, chosen, anyway))
      setFile(undefined)
    } catch (refusal) {
      setError(refusal)
    } finally {
      setSending(false)
    }
  }
  const doubt = error instanceof ApiError && doubted.has(error.code)
  return (
    <section className="k-section k-receive" aria-labelledby="receive">
      <h2 id="receive">{t('negotiation.receive')}</h2>
      {error !== undefined && <ErrorState error={error} focus />}
      {doubt && file && <p className="k-actions"><button type="button" className="button button-secondary" onClick={() => void take(file, true)}>{t('negotiation.receiveAnyway')}</button><span className="k-quiet">{file.name}</span></p>}
      <Dropzone label={t('negotiation.receive')} take={(dropped) => void take(dropped.files[0])}>
        <Field id="returned" label={t('negotiation.file')} hint={t('negotiation.fileHint')}>
          {(props) => (
            <input {...props} type="file" disabled={sending} accept=".docx,application/vnd.openxmlformats-officedocument.wordprocessingml.document" onChange={(event) => {
              const chosen = event.target.files?.[0]
              event.target.value = '' // the same file can be tried again
              void take(chosen)
            }} />
          )}
        </Field>
        <p role="status">{sending && file && <><progress className="k-receive__bar" aria-label={t('negotiation.reading', { file: file.name, size: f.bytes(file.size) })} /> {t('negotiation.reading', { file: file.name, size: f.bytes(file.size) })}</>}</p>
      </Dropzone>
    </section>
  )
}
