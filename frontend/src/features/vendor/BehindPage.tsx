import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { fileHref, type Schemas } from '../../api/client'
import { useList } from '../../api/list'
import { useFormat, useWords } from '../../i18n'
import { isOffice, useMay, useMe } from '../../session'
import { DataTable, type Column } from '../../ui/DataTable'
import { DayFilter } from '../../ui/DayFilter'
import { Facts } from '../../ui/Facts'
import { Excel } from '../../ui/Download'
import { Choice } from '../../ui/ListPage'
import { PageHeading } from '../../ui/PageHeading'
import { Empty, ErrorState, Loaded, MoreButton, Skeleton } from '../../ui/states'
import { useStatusFilter } from './places'
import { affectedQuery, behindPage, reachQuery, vendorQuery } from './queries'

export default function BehindPage() {
  const { number } = useParams({ from: '/inside/vendors/$number/behind' })
  const query = useQuery(vendorQuery(Number(number)))
  return <Loaded key={number} query={query}>{(vendor) => <Behind vendor={vendor} />}</Loaded>
}

function Behind({ vendor }: { vendor: Schemas['VendorDetail'] }) {
  const { t } = useWords()
  const f = useFormat()
  const may = useMay()
  const office = isOffice(useMe())
  const search = useSearch({ from: '/inside/vendors/$number/behind' })
  const navigate = useNavigate({ from: '/vendors/$number/behind' })
  const { on, status, sort, pages } = search
  const filter = { on, status }
  const statusFilter = useStatusFilter(status)
  const list = useList(['vendors', vendor.number, 'behind', 'list', { ...filter, sort }], behindPage(vendor.number, { ...filter, sort }), pages)
  const reach = useQuery(reachQuery(vendor.number, filter))
  const members = useQuery({ ...affectedQuery(vendor.number, filter), enabled: office })
  const params = { number: String(vendor.number) }
  const change = (patch: Partial<typeof search>) => void navigate({ search: (old) => ({ ...old, ...patch }), replace: true, resetScroll: false })
  const columns: Column<Schemas['Behind']>[] = [
    { id: 'system', head: t('behind.system'), sort: 'name', main: true, cell: (b) => <Link to="/systems/$number" params={{ number: String(b.system.number) }}>{b.system.name}</Link> },
    { id: 'vendor', head: t('behind.vendor'), sort: 'vendor', cell: (b) => <Link to="/vendors/$number" params={{ number: String(b.vendor.number) }} search={{ tab: 'chain' }}>{b.vendor.name}</Link> },
    { id: 'how', head: t('behind.how'), cell: (b) => (b.tier > 0 ? t('behind.tier', { tier: b.tier }) : t('behind.through', { name: b.through ?? '' })) },
    ...(office ? [{ id: 'used', head: t('behind.used'), numeric: true, cell: (b: Schemas['Behind']) => f.number(b.members ?? 0) }] : []),
  ]
  return (
    <>
      <PageHeading
        kicker={<Link to="/vendors/$number" params={params}>{vendor.name}</Link>}
        title={t('behind.title', { name: vendor.name })}
        lead={office ? t('behind.lead') : t('behind.leadOwn')}
      />
      <div className="k-toolbar">
        <DayFilter key={on ?? ''} label={t('chain.on')} value={on} onDay={(day) => change({ on: day, pages: undefined })} />
        <Choice filter={statusFilter} onChange={(value) => change({ status: value as typeof status, pages: undefined })} />
        {on && <button type="button" className="k-textbutton" onClick={() => change({ on: undefined, pages: undefined })}>{t('chain.onToday')}</button>}
        <div className="k-toolbar__end">
          {may('exportBehind') && <Excel href={fileHref(`/api/v1/vendors/${vendor.number}/behind/export`, filter)} />}
        </div>
      </div>
      <Facts items={[
        { label: t('behind.systems'), value: reach.data ? f.number(reach.data.systems) : '…' },
        office && { label: t('behind.members'), value: reach.data ? f.number(reach.data.members) : '…' },
        office && { label: t('behind.uses'), value: reach.data ? f.number(reach.data.uses) : '…' },
        vendor.systems.length > 0 && { label: t('vendor.systems'), value: <Link to="/vendors/$number" params={params}>{t('behind.alsoDelivers', { count: vendor.systems.length })}</Link> },
      ]} />
      <section aria-labelledby="behind-systems">
        <h2 id="behind-systems">{t('behind.systemsTitle')}</h2>
        {list.rows === undefined ? (
          list.error ? <ErrorState error={list.error} retry={() => void list.refetch()} /> : <Skeleton lines={8} />
        ) : list.rows.length === 0 ? (
          <Empty why={status ? t('behind.emptyStatus') : office ? t('behind.empty') : t('behind.emptyOwn')} help={status ? t('list.emptyFilteredHelp') : t('behind.emptyHelp')} />
        ) : (
          <>
            <DataTable caption={t('behind.caption')} columns={columns} rows={list.rows} rowKey={(b) => b.system.number} sort={sort ?? 'name'} busy={list.outdated}
              onSort={(s) => change({ sort: (s === 'name' ? undefined : s) as typeof sort, pages: undefined })} />
            {list.hasMore && (
              <div className="k-more">
                <MoreButton list={list} onMore={() => change({ pages: (pages ?? 1) + 1 })} />
              </div>
            )}
          </>
        )}
      </section>
      {office && members.data && members.data.items.length > 0 && (
        <section className="k-section" aria-labelledby="behind-members">
          <h2 id="behind-members">{t('behind.membersTitle')}</h2>
          <ul className="k-columns k-affected">
            {members.data.items.map((m) => (
              <li key={m.organisation.id}><Link to="/organisations/$id" params={{ id: String(m.organisation.id) }}>{m.organisation.name}</Link> <span className="k-quiet">{t('behind.membersCount', { count: m.systems })}</span></li>
            ))}
          </ul>
        </section>
      )}
    </>
  )
}
