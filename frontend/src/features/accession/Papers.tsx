import { useQueryClient } from '@tanstack/react-query'
import { fileHref, type Schemas } from '../../api/client'
import { useFormat, useWords } from '../../i18n'
import { useMay } from '../../session'
import { Alert } from '../../ui/Alert'
import { Document, Download, Read } from '../../ui/Download'
import { Empty } from '../../ui/states'
import { Tag } from '../../ui/Tag'
import { paperLine } from './concluded'
import { late } from './queries'

type Detail = Schemas['AccessionDetail']
type Paper = Schemas['StoredDocument']

/** The newest paper first; what an older one says, held before. */
export function Papers({ detail }: { detail: Detail }) {
  const { t } = useWords()
  const f = useFormat()
  const may = useMay()
  const client = useQueryClient()
  const id = detail.accession.id
  const newest = Math.max(0, ...detail.documents.map((d) => d.paper))
  const line = paperLine(detail)
  const older = [...new Set(detail.documents.map((d) => d.paper))].filter((n) => n !== newest)
  return (
    <section aria-labelledby="documents">
      <h2 id="documents">{t('accession.documents')}</h2>
      {newest === 0 ? <Empty why={t('accession.pending')} /> : <List id={id} papers={detail.documents.filter((d) => d.paper === newest)} first />}
      {line && newest > 0 && (
        <Alert kind="info">
          <p>{t(line === 'making' && late(detail) ? 'accession.late' : `accession.${line}`)}</p>
          <div className="k-actions">
            {may('previewAccession') && <Download href={fileHref(`/api/v1/accessions/${id}/preview`, { format: 'pdf' })} format="pdf">{t('accession.asItStands')}</Download>}
            {line === 'making' && <button type="button" className="k-textbutton" onClick={() => void client.refetchQueries({ queryKey: ['accessions', id] })}>{t('accession.lookAgain')}</button>}
          </div>
        </Alert>
      )}
      {older.length > 0 && (
        <details className="k-section">
          <summary>{t('accession.older', { count: older.length })}</summary>
          {older.map((n) => {
            const papers = detail.documents.filter((d) => d.paper === n)
            return (
              <div key={n}>
                <h3>{t('accession.paper', { no: n, when: papers[0] ? f.dateTime(papers[0].made) : '' })}</h3>
                <List id={id} papers={papers} />
              </div>
            )
          })}
        </details>
      )}
      {may('downloadAccession') && <p><Read href={`/api/v1/accessions/${id}/documents/html`}>{t('accession.html')}</Read></p>}
      <p className="k-quiet">{t('accession.downloadsLogged')}</p>
    </section>
  )
}

function List({ id, papers, first }: { id: number; papers: Paper[]; first?: boolean }) {
  const { t } = useWords()
  const f = useFormat()
  const may = useMay()
  const ordered = [...papers].sort((x) => (x.format === 'pdf' ? -1 : 1))
  return (
    <ul className="k-docs">
      {ordered.map((d) => (
        <li key={d.format}>
          <Document
            get={may('downloadAccession') ? (
              <Download href={fileHref(`/api/v1/accessions/${id}/documents/${d.format}`, first ? {} : { paper: d.paper })} format={d.format} look={first ? (d.format === 'pdf' ? 'button button-primary' : 'button button-secondary') : 'k-textbutton'}>
                {t(`accession.${d.format}`)}
              </Download>
            ) : (
              <strong>{t(`accession.format.${d.format}`)}</strong>
            )}
            state={
              <>
                <span>{f.bytes(d.size)}</span>
                <Tag tone={d.state === 'sealed' ? 'ok' : 'waiting'} icon={d.state === 'sealed' ? 'lock' : undefined}>
                  {d.lockedUntil ? t('accession.lockedUntil', { when: f.date(d.lockedUntil) }) : t(`accession.docState.${d.state}`)}
                </Tag>
              </>
            }
          >
            <code>{`${t('accession.sha')} ${d.sha256}`}</code>
          </Document>
        </li>
      ))}
    </ul>
  )
}
