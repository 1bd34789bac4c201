import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { fileHref, type Schemas } from '../../api/client'
import { useFormat, useWords } from '../../i18n'
import { useMay } from '../../session'
import { Alert } from '../../ui/Alert'
import { goTo } from '../../ui/goTo'
import { Icon } from '../../ui/Icon'
import { ErrorState } from '../../ui/states'
import { Anyway } from './Anyway'
import { negotiationQuery, receiveAttachment, type Entry, type Round } from './queries'

type Attachment = Schemas['NegotiationAttachment']

interface Props {
  /** The negotiation. */
  of: number
  entry: Entry
  mail: NonNullable<Entry['mail']>
  open: boolean
}

/** A mail of the journal: folded who wrote when on what, open its text, and the files that came with it. */
export function Mail({ of, entry, mail, open }: Props) {
  const { t } = useWords()
  const f = useFormat()
  const may = useMay()
  const file = `/api/v1/negotiation-entries/${entry.id}/file`
  return (
    <details className="k-mail" open={open}>
      <summary>
        <span dir="auto">{mail.sender ? t('negotiation.mailOf', { who: mail.sender }) : t('negotiation.mailNobody')}</span>{', '}
        <strong dir="auto">{mail.subject || t('negotiation.mailNoSubject')}</strong>{', '}
        {mail.sentAt ? f.dateTime(mail.sentAt) : t('negotiation.mailNoDate')}
        {mail.attachments.length > 0 && <span className="k-quiet">{` (${t('negotiation.mailFiles', { count: mail.attachments.length })})`}</span>}
      </summary>
      {mail.recipients.length > 0 && <p className="k-quiet" dir="auto">{t('negotiation.mailTo', { who: mail.recipients.join(', ') })}</p>}
      {mail.notes.length > 0 && <Alert kind="warning"><ul className="k-plain">{mail.notes.map((n) => <li key={n}>{t(`negotiation.mailNote.${n}`)}</li>)}</ul></Alert>}
      {entry.text === '' ? <p className="k-quiet">{t('negotiation.mailNoText')}</p> : <p className="k-said__text" dir="auto">{entry.text}</p>}
      {mail.attachments.length > 0 && <Attachments of={of} entry={entry} files={mail.attachments} />}
      {may('downloadNegotiationMail') && <p><a className="k-textbutton" href={fileHref(file)} download><Icon name="download" />{t('negotiation.mailOriginal')}</a></p>}
    </details>
  )
}

/** The files of a mail. One that is Word can be the round that came back. */
function Attachments({ of, entry, files }: { of: number; entry: Entry; files: Attachment[] }) {
  const { t } = useWords()
  const f = useFormat()
  const may = useMay()
  const client = useQueryClient()
  const receives = useQuery(negotiationQuery(of)).data?.canReceive === true && may('receiveNegotiationAttachment')
  const [busy, setBusy] = useState<number>()
  const [refused, setRefused] = useState<{ file: Attachment; error: unknown }>()
  const [received, setReceived] = useState<Round>()
  const take = async (file: Attachment, anyway = false) => {
    if (busy !== undefined) return
    setBusy(file.index)
    setRefused(undefined)
    setReceived(undefined)
    try {
      const round = await receiveAttachment(entry.id, file.index, anyway)
      client.setQueryData(['negotiations', of, 'rounds', round.head.no], round)
      await client.invalidateQueries({ queryKey: ['negotiations', of], exact: true })
      void client.invalidateQueries({ queryKey: ['negotiations', 'list'] })
      setReceived(round)
    } catch (error) {
      setRefused({ file, error })
    } finally {
      setBusy(undefined)
    }
  }
  return (
    <>
      <h3 className="k-mail__files">{t('negotiation.mailAttached')}</h3>
      <ul className="k-plain">
        {files.map((file) => {
          const word = /\.docx$/i.test(file.name)
          const name = <><Icon name={word ? 'file-word' : 'document'} /><span dir="auto">{file.name}</span></>
          return (
            <li key={file.index} className="k-mail__file">
              {may('downloadNegotiationAttachment') ? <a className="k-textbutton" href={fileHref(`/api/v1/negotiation-entries/${entry.id}/attachments/${file.index}`)} download>{name}</a> : <span>{name}</span>}
              <span className="k-quiet">{f.bytes(file.size)}</span>
              {word && receives && (
                <button type="button" className="button button-secondary" aria-disabled={busy !== undefined} onClick={() => void take(file)}>
                  {t('negotiation.mailToRound')}<span className="sr-only">{`: ${file.name}`}</span>
                </button>
              )}
              {busy === file.index && <span role="status"><progress className="k-receive__bar" aria-label={t('negotiation.reading', { file: file.name, size: f.bytes(file.size) })} /> {t('negotiation.reading', { file: file.name, size: f.bytes(file.size) })}</span>}
            </li>
          )
        })}
      </ul>
      {refused && <ErrorState error={refused.error} focus />}
      {refused && <Anyway error={refused.error} name={refused.file.name} take={() => void take(refused.file, true)} />}
      {received && (
        <Alert kind="success" role="status" heading={t('negotiation.received', { no: received.head.no })}>
          <p>{t('negotiation.receivedCount', { count: received.head.changes, formatted: f.number(received.head.changes) })}</p>
          <p><button type="button" className="k-textbutton" onClick={() => goTo('round')}>{t('negotiation.mailToChanges')}</button></p>
        </Alert>
      )}
    </>
  )
}
