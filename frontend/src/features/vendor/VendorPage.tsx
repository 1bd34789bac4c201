import { useQuery } from '@tanstack/react-query'
import { Link, useParams, useSearch } from '@tanstack/react-router'
import type { Schemas } from '../../api/client'
import { useFormat, useWords } from '../../i18n'
import { useMay, useMe } from '../../session'
import { Facts } from '../../ui/Facts'
import { History } from '../../ui/History'
import { Icon } from '../../ui/Icon'
import { PageHeading } from '../../ui/PageHeading'
import { Empty, Loaded } from '../../ui/states'
import { Tag } from '../../ui/Tag'
import { useStanding } from '../../ui/useStanding'
import { Chain } from './Chain'
import { Contacts } from './Contacts'
import { Names } from './Names'
import { OwnUse } from './OwnUse'
import { vendorHistory, vendorQuery } from './queries'

type Detail = Schemas['VendorDetail']

export default function VendorPage() {
  const { number } = useParams({ from: '/inside/vendors/$number' })
  const query = useQuery(vendorQuery(Number(number)))
  useStanding('/vendors/$number', number, query.data?.number)
  return <Loaded key={number} query={query}>{(vendor) => <Vendor vendor={vendor} />}</Loaded>
}

function Vendor({ vendor }: { vendor: Detail }) {
  const { t } = useWords()
  const f = useFormat()
  const may = useMay()
  const { tab } = useSearch({ from: '/inside/vendors/$number' })
  const history = useQuery({ ...vendorHistory(vendor.number), enabled: may('getVendorHistory') })
  const params = { number: String(vendor.number) }
  const { street, postalCode, city } = vendor.address
  const address = [street, [postalCode, city].filter(Boolean).join(' ')].filter(Boolean).join(', ')
  const tabs = [[undefined, t('vendorPage.tabSystems')], ['chain', t('vendorPage.tabChain')], ['contacts', t('vendorPage.tabContacts')], ['names', t('vendorPage.tabNames')]] as const
  return (
    <>
      <PageHeading
        kicker={<Link to="/vendors">{t('vendor.listTitle')}</Link>}
        title={vendor.name}
        lead={
          <>
            {t('vendor.kind', { number: vendor.number })}
            {vendor.jointCompany && <Tag tone="none" icon="business">{t('vendorPage.jointCompany')}</Tag>}
            {!vendor.commercial && <Tag tone="none">{t('vendorPage.authority')}</Tag>}
            {vendor.chains > 0 && <Link to="/vendors/$number/behind" params={params}>{`${t('vendorPage.standsBehind', { count: vendor.chains })} · ${t('vendorPage.whoAffected')}`}</Link>}
          </>
        }
        actions={
          <>
            {may('updateVendor') && (
              <Link to="/vendors/$number/edit" params={params} className="button button-secondary">
                <Icon name="edit" />
                {t('vendorPage.edit')}
              </Link>
            )}
            {may('createAgreement') && (
              <Link to="/agreements/new" search={{ vendor: vendor.number }} className="button button-primary">
                <Icon name="plus" />
                {t('vendor.newAgreement')}
              </Link>
            )}
          </>
        }
      />
      <Facts items={[
        vendor.cvr ? { label: t('vendor.cvr'), value: f.cvr(vendor.cvr) } : { label: t('vendor.foreignNumber'), value: vendor.foreignNumber ?? t('common.notGiven') },
        { label: t('vendor.address'), value: address || t('common.notGiven') },
        { label: t('vendor.country'), value: f.country(vendor.country) },
      ]} />
      <nav className="k-subnav" aria-label={t('vendorPage.tabs')}>
        <ul>
          {tabs.map(([name, words]) => (
            <li key={words}>
              <Link to="/vendors/$number" params={params} search={name ? { tab: name } : {}} replace resetScroll={false} activeOptions={{ exact: true, includeSearch: true }} data-status={tab === name ? 'active' : 'off'} aria-current={tab === name ? 'page' : undefined}>{words}</Link>
            </li>
          ))}
        </ul>
      </nav>
      {tab === 'chain' ? <Chain vendor={vendor} /> : tab === 'contacts' ? <Contacts vendor={vendor} /> : tab === 'names' ? <Names vendor={vendor} /> : <Delivered vendor={vendor} />}
      {may('getVendorHistory') && <History query={history} />}
    </>
  )
}

function Delivered({ vendor }: { vendor: Detail }) {
  const { t } = useWords()
  const f = useFormat()
  const may = useMay()
  const own = useMe().active.organisation !== undefined && may('listUsages')
  return (
    <div className="k-two">
      {own && <OwnUse vendor={vendor} />}
      <section aria-labelledby="agreements">
        <h2 id="agreements">{t('vendor.agreementsTitle')}</h2>
        {vendor.agreements.length === 0 ? (
          <Empty why={t('vendor.agreementsEmpty')} />
        ) : (
          <ul className="k-rows">
            {vendor.agreements.map((a) => (
              <li key={a.id}>
                <Link to="/agreements/$id" params={{ id: String(a.id) }}>{a.title}</Link>
                <Tag tone={a.state === 'draft' ? 'attention' : 'ok'}>{t(`agreement.stateName.${a.state}`)}</Tag>
              </li>
            ))}
          </ul>
        )}
      </section>
      <section aria-labelledby="systems">
        <h2 id="systems">{t('vendor.systemsTitle')}</h2>
        {vendor.systems.length === 0 ? (
          <Empty why={t('vendor.systemsEmpty')} />
        ) : (
          <ul className="k-rows">
            {vendor.systems.map((s) => (
              <li key={s.number}>
                <Link to="/systems/$number" params={{ number: String(s.number) }}>{s.name}</Link>
                {s.members !== undefined && <span className="k-quiet">{t('system.membersCount', { count: s.members, formatted: f.number(s.members) })}</span>}
                {s.ownUse && <Tag tone="ok">{t('system.ownUse')}</Tag>}
              </li>
            ))}
          </ul>
        )}
      </section>
    </div>
  )
}
