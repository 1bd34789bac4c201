import { useState } from 'react'
import { ApiError } from '../../api/problem'
import { useFormat, useWords } from '../../i18n'
import { ErrorState } from '../../ui/states'
import { Anyway } from './Anyway'
import { FileDrop } from './FileDrop'
import { maxSize, receive, type Round } from './queries'

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
  return (
    <section className="k-section k-receive" aria-labelledby="receive">
      <h2 id="receive">{t('negotiation.receive')}</h2>
      {error !== undefined && <ErrorState error={error} focus />}
      {file && <Anyway error={error} name={file.name} take={() => void take(file, true)} />}
      <FileDrop id="returned" label={t('negotiation.file')} hint={t('negotiation.fileHint')} accept=".docx,application/vnd.openxmlformats-officedocument.wordprocessingml.document"
        take={(chosen) => void take(chosen)} reading={sending && file ? t('negotiation.reading', { file: file.name, size: f.bytes(file.size) }) : undefined} />
    </section>
  )
}
