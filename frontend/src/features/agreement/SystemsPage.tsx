import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { agreementQuery } from '../../api/agreements'
import { vendorQuery } from '../../api/vendors'
import { api, unwrap, type Schemas } from '../../api/client'
import { useWords } from '../../i18n'
import { Alert } from '../../ui/Alert'
import { ErrorSummary, sendOnCtrlEnter } from '../../ui/form'
import { PageHeading } from '../../ui/PageHeading'
import { Stale } from '../../ui/Stale'
import { ErrorState, Loaded } from '../../ui/states'
import { useAct } from '../../ui/useAct'
import { useUnsaved } from '../../ui/unsaved'
import { SystemChoice } from './SystemChoice'

/** Which systems a draft covers, until it is released for the first time. */
export default function SystemsPage() {
  const { id } = useParams({ from: '/inside/agreements/$id/systems' })
  const query = useQuery(agreementQuery(Number(id)))
  return <Loaded key={id} query={query}>{(detail) => <OfVendor detail={detail} />}</Loaded>
}

function OfVendor({ detail }: { detail: Schemas['AgreementDetail'] }) {
  const vendor = useQuery(vendorQuery(detail.agreement.vendor.number))
  return <Loaded query={vendor}>{(v) => <Page key={detail.version} detail={detail} vendor={v} />}</Loaded>
}

function Page({ detail, vendor }: { detail: Schemas['AgreementDetail']; vendor: Schemas['VendorDetail'] }) {
  const { t } = useWords()
  const client = useQueryClient()
  const navigate = useNavigate()
  const act = useAct()
  const a = detail.agreement
  const params = { id: String(a.id) }
  const before = vendor.systems.map((s) => s.number).filter((n) => detail.systems.some((s) => s.number === n))
  const strayed = detail.systems.filter((s) => !before.includes(s.number))
  const [chosen, setChosen] = useState(before)
  const [tries, setTries] = useState(0)
  const missing = tries > 0 && chosen.length === 0 ? t('agreement.newSystemsRequired') : undefined
  useUnsaved([...chosen].sort().join() !== [...before].sort().join())
  const send = () => {
    setTries(tries + 1)
    if (chosen.length === 0) return
    void act.run(async () => {
      const now = await unwrap(api.PUT('/api/v1/agreements/{id}/systems', { params: { path: { id: a.id }, header: { 'If-Match': `"${detail.version}"` } }, body: { systems: chosen } }))
      client.setQueryData(['agreements', a.id], now)
      for (const key of ['agreements', 'vendors']) void client.invalidateQueries({ queryKey: [key] })
      await navigate({ to: '/agreements/$id', params, ignoreBlocker: true })
    })
  }
  return (
    <div className="k-act">
      <PageHeading kicker={<Link to="/agreements/$id" params={params}>{a.title}</Link>} title={t('agreement.systemsTitle')} lead={t('agreement.systemsLead', { vendor: vendor.name })} />
      {a.state !== 'draft' || a.versionNo > 1 ? <Alert kind="info"><p>{t('agreement.systemsFixed')}</p></Alert> : (
        <form className="k-form" noValidate onKeyDown={sendOnCtrlEnter} onSubmit={(event) => { event.preventDefault(); send() }}>
          {act.stale && <Stale detail={act.stale} reload={() => { act.clear(); void client.refetchQueries({ queryKey: ['agreements', a.id], exact: true }) }} />}
          {act.error && <ErrorState error={act.error} focus />}
          <ErrorSummary mistakes={missing ? [{ field: `system-${vendor.systems[0]?.number}`, message: missing }] : []} attempt={tries} />
          {strayed.length > 0 && <Alert kind="warning"><p>{t('agreement.systemsStrayed', { count: strayed.length, names: strayed.map((s) => s.name).join(', ') })}</p></Alert>}
          <SystemChoice systems={vendor.systems} value={chosen} onChange={setChosen} error={missing} />
          <div className="k-actions">
            <button type="submit" className="button button-primary" disabled={act.sending}>{t('agreement.systemsSend')}</button>
            <Link to="/agreements/$id" params={params}>{t('release.backTo')}</Link>
          </div>
        </form>
      )}
    </div>
  )
}
