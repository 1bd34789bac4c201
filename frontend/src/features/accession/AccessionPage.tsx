import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import type { Schemas } from '../../api/client'
import { useFormat, useWords } from '../../i18n'
import { isOffice, useMay, useMe } from '../../session'
import { Alert } from '../../ui/Alert'
import { Document, Download, Read } from '../../ui/Download'
import { Facts } from '../../ui/Facts'
import { Hash } from '../../ui/Hash'
import { History } from '../../ui/History'
import { PageHeading } from '../../ui/PageHeading'
import { Empty, Loaded } from '../../ui/states'
import { Tag } from '../../ui/Tag'
import { accessionHistory, accessionQuery } from './queries'

type Detail = Schemas['AccessionDetail']

export default function AccessionPage() {
  const { id } = useParams({ from: '/inside/accessions/$id' })
  const query = useQuery(accessionQuery(Number(id)))
  return <Loaded key={id} query={query}>{(detail) => <Page detail={detail} />}</Loaded>
}

function Page({ detail }: { detail: Detail }) {
  const { t } = useWords()
  const f = useFormat()
  const may = useMay()
  const office = isOffice(useMe())
  const a = detail.accession
  const history = useQuery({ ...accessionHistory(a.id), enabled: may('getAccessionHistory') })
  return (
    <>
      <PageHeading
        kicker={<Link to="/accessions">{office ? t('accession.listOffice') : t('accession.listOwn')}</Link>}
        title={office ? `${a.title} · ${a.organisation.name}` : a.title}
        lead={
          <>
            <Tag tone={office ? 'waiting' : 'attention'}>{office ? t(`accession.stateNameOffice.${a.state}`) : t(`accession.stateName.${a.state}`)}</Tag>
            <span>{t('accession.stateLine', { organisation: a.organisation.name, when: f.dateTime(a.offered) })}</span>
          </>
        }
      />
      {a.missingAddress && (
        <Alert kind="warning">
          <p>{t('accession.missingAddress')}</p>
          {may('getOrganisation') && <p><Link to="/organisations/$id" params={{ id: String(a.organisation.id) }}>{t('accession.missingAddressLink')}</Link></p>}
        </Alert>
      )}
      <Facts items={[
        { label: t('accession.organisation'), value: a.organisation.name },
        { label: t('accession.vendor'), value: <Link to="/vendors/$number" params={{ number: String(a.vendor.number) }}>{a.vendor.name}</Link> },
        { label: t('accession.joint'), value: <Link to="/agreements/$id" params={{ id: String(a.agreementId) }}>{`${a.title}, ${t('accession.version').toLowerCase()} ${a.versionNo}`}</Link> },
      ]} />
      <section aria-labelledby="documents">
        <h2 id="documents">{t('accession.documents')}</h2>
        <Documents detail={detail} />
      </section>
      <div className="k-two k-section">
        <section aria-labelledby="systems">
          <h2 id="systems">{t('accession.systems')}</h2>
          {detail.systems.length === 0 ? (
            <p className="k-quiet">{t('accession.systemsEmpty')}</p>
          ) : (
            <ul className="k-rows">
              {detail.systems.map((s) => <li key={s.number}><Link to="/systems/$number" params={{ number: String(s.number) }}>{s.name}</Link></li>)}
            </ul>
          )}
        </section>
        <section aria-labelledby="hashes">
          <h2 id="hashes">{t('accession.hashes')}</h2>
          <h3>{t('accession.textHash')}</h3>
          <Hash value={detail.textHash} label={t('accession.textHash')} />
          <p className="k-quiet">{t('accession.textHashHelp')}</p>
          <h3>{t('accession.instanceHash')}</h3>
          <Hash value={detail.instanceHash} label={t('accession.instanceHash')} />
          <p className="k-quiet">{office ? t('accession.instanceHashHelpOffice') : t('accession.instanceHashHelp')}</p>
        </section>
      </div>
      {may('getAccessionHistory') && <History query={history} />}
    </>
  )
}

function Documents({ detail }: { detail: Detail }) {
  const { t } = useWords()
  const f = useFormat()
  const may = useMay()
  if (detail.documents.length === 0) return <Empty why={t('accession.pending')} />
  const ordered = [...detail.documents].sort((x) => (x.format === 'pdf' ? -1 : 1))
  return (
    <>
      <ul className="k-docs">
        {ordered.map((d) => (
          <li key={d.format}>
            <Document
              get={may('downloadAccession') ? (
                <Download href={`/api/v1/accessions/${detail.accession.id}/documents/${d.format}`} format={d.format} look={d.format === 'pdf' ? 'button button-primary' : 'button button-secondary'}>{t(`accession.${d.format}`)}</Download>
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
      {may('downloadAccession') && <p><Read href={`/api/v1/accessions/${detail.accession.id}/documents/html`}>{t('accession.html')}</Read></p>}
      <p className="k-quiet">{t('accession.downloadsLogged')}</p>
    </>
  )
}
