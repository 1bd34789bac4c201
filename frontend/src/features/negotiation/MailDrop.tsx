import { useState } from 'react'
import { ApiError } from '../../api/problem'
import { useFormat, useWords } from '../../i18n'
import { Alert } from '../../ui/Alert'
import { ErrorState } from '../../ui/states'
import { FileDrop } from './FileDrop'
import { maxSize, takeMail, type Entry } from './queries'

/** The place where a saved mail is put into the journal. */
export function MailDrop({ id, known, done }: { id: number; known: number[]; done: (entry: Entry) => void }) {
  const { t } = useWords()
  const f = useFormat()
  const [reading, setReading] = useState<File>()
  const [error, setError] = useState<unknown>()
  const [taken, setTaken] = useState<{ name: string; again: boolean }>()
  const take = async (file: File | undefined) => {
    if (!file || reading) return
    setTaken(undefined)
    setError(undefined)
    if (file.size > maxSize) return setError(new ApiError(413, { code: 'message.too_large' }))
    setReading(file)
    try {
      const entry = await takeMail(id, file)
      setTaken({ name: file.name, again: known.includes(entry.id) })
      done(entry)
    } catch (refusal) {
      setError(refusal)
    } finally {
      setReading(undefined)
    }
  }
  return (
    <div className="k-receive">
      {error !== undefined && <ErrorState error={error} focus />}
      {taken && <Alert kind={taken.again ? 'info' : 'success'} role="status" heading={t(taken.again ? 'negotiation.mailAgain' : 'negotiation.mailTaken')}><p dir="auto">{taken.name}</p></Alert>}
      <FileDrop id="mail" label={t('negotiation.mailFile')} hint={t('negotiation.mailHint')} accept=".eml,.msg,message/rfc822,application/vnd.ms-outlook"
        take={(file) => void take(file)} reading={reading && t('negotiation.mailReading', { file: reading.name, size: f.bytes(reading.size) })} />
    </div>
  )
}
