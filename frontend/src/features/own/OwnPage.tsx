import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { api, unwrap, type Schemas } from '../../api/client'
import { ApiError, type StaleDetail } from '../../api/problem'
import { useFormat, useWords } from '../../i18n'
import { isOffice, useMay, useMe } from '../../session'
import { Alert } from '../../ui/Alert'
import { Document, Download } from '../../ui/Download'
import { Facts } from '../../ui/Facts'
import { History } from '../../ui/History'
import { Icon } from '../../ui/Icon'
import { PageHeading } from '../../ui/PageHeading'
import { Stale } from '../../ui/Stale'
import { ErrorState, Loaded } from '../../ui/states'
import { Tag } from '../../ui/Tag'
import { State } from './OwnList'
import { ownHistory, ownQuery } from './queries'

type Detail = Schemas['OwnAgreementDetail']

export default function OwnPage() {
  const { id } = useParams({ from: '/inside/own-agreements/$id' })
  const query = useQuery(ownQuery(Number(id)))
  return <Loaded key={id} query={query}>{(detail) => <Page detail={detail} />}</Loaded>
}

function Page({ detail }: { detail: Detail }) {
  const { t } = useWords()
  const f = useFormat()
  const may = useMay()
  const office = isOffice(useMe())
  const client = useQueryClient()
  const navigate = useNavigate()
  const [removing, setRemoving] = useState(false)
  const [stale, setStale] = useState<StaleDetail>()
  const [error, setError] = useState<unknown>()
  const o = detail.agreement
  const history = useQuery(ownHistory(o.id))
  const proposed = o.state === 'proposed'
  const params = { path: { id: o.id }, header: { 'If-Match': `"${detail.version}"` } }
  const act = async (what: () => Promise<void>) => {
    setStale(undefined)
    setError(undefined)
    try {
      await what()
      void client.invalidateQueries({ queryKey: ['own'] })
    } catch (refusal) {
      if (refusal instanceof ApiError && refusal.stale) setStale(refusal.stale)
      else setError(refusal)
    }
  }
  const confirm = () => act(async () => {
    client.setQueryData(['own', o.id], await unwrap(api.POST('/api/v1/own-agreements/{id}/confirm', { params })))
  })
  const remove = () => act(async () => {
    await unwrap(api.DELETE('/api/v1/own-agreements/{id}', { params }))
    await navigate({ to: '/own-agreements' })
  })
  return (
    <>
      <PageHeading
        kicker={<Link to="/own-agreements">{t('own.listTitle')}</Link>}
        title={office ? `${o.title} · ${o.organisation.name}` : o.title}
        lead={<><State own={o} /><span>{t(`own.kind.${o.kind}`)}</span></>}
        actions={
          may('changeOwnAgreement') && (
            <>
              {proposed && <button type="button" className="button button-primary" onClick={() => void confirm()}>{t('own.confirm')}</button>}
              <Link to="/own-agreements/$id/edit" params={{ id: String(o.id) }} className="button button-secondary"><Icon name="edit" />{t('own.edit')}</Link>
              <button type="button" className="button button-secondary" aria-expanded={removing} onClick={() => setRemoving(!removing)}>{proposed ? t('own.reject') : t('own.remove')}</button>
            </>
          )
        }
      />
      {stale && <Stale detail={stale} reload={() => { setStale(undefined); void client.refetchQueries({ queryKey: ['own', o.id] }) }} fieldName={() => t('own.title')} />}
      {error !== undefined && <ErrorState error={error} />}
      {removing && (
        <Alert kind="warning" role="alert">
          <p>{t('own.removeSure')}</p>
          <button type="button" className="button button-primary" onClick={() => void remove()}>{t('own.removeYes')}</button>
        </Alert>
      )}
      {proposed && <Alert kind="info"><p>{office ? t('own.proposedOffice') : t('own.proposedHelp')}</p></Alert>}
      <Facts items={[
        { label: t('own.vendor'), value: <Link to="/vendors/$number" params={{ number: String(o.vendor.number) }}>{o.vendor.name}</Link> },
        { label: t('own.signedOn'), value: o.signedOn ? f.date(o.signedOn) : t('common.notGiven') },
        { label: t('own.endsOn'), value: o.endsOn ? f.date(o.endsOn) : t('common.notGiven') },
        { label: t('own.concept'), value: o.concept === undefined ? t('common.notGiven') : [String(o.concept), o.intervalMonths !== undefined && t('own.months', { count: o.intervalMonths })].filter(Boolean).join(', ') },
        o.caseNumber !== '' && { label: t('own.caseNumber'), value: o.caseNumber },
      ]} />
      <div className="k-two">
        <section aria-labelledby="covers">
          <h2 id="covers">{t('own.covers')}</h2>
          <ul className="k-rows">
            {detail.covers.map((s) => <li key={s.number}><Link to="/systems/$number" params={{ number: String(s.number) }}>{s.name}</Link></li>)}
          </ul>
          {detail.note !== '' && <><h3>{t('own.note')}</h3><p>{detail.note}</p></>}
        </section>
        <section aria-labelledby="file">
          <h2 id="file">{t('own.file')}</h2>
          {detail.file ? (
            <Document
              get={may('downloadOwnAgreement') && <Download href={`/api/v1/own-agreements/${o.id}/file`} format="pdf" look="button button-primary">{t('own.fetch')}</Download>}
              state={
                <>
                  <span>{detail.file.name}</span>
                  <span>{f.bytes(detail.file.size)}</span>
                  <Tag tone={detail.file.state === 'sealed' ? 'ok' : 'waiting'}>{t(`own.fileState.${detail.file.state}`)}</Tag>
                  {detail.file.scanned ? <span className="k-quiet">{t('own.scanned', { when: f.dateTime(detail.file.scanned) })}</span> : <Tag tone="attention">{t('own.notScanned')}</Tag>}
                </>
              }
            />
          ) : (
            <p className="k-quiet">{t('own.noFile')}</p>
          )}
        </section>
      </div>
      <History query={history} />
    </>
  )
}
