import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { Schemas } from '../../api/client'
import { useWords } from '../../i18n'
import { Empty, ErrorState, Skeleton } from '../../ui/states'
import { UsageState } from '../../ui/UsageState'
import { ownUseOfVendor } from './queries'

/** What the own organisation uses of the vendor's, and how its agreements stand. */
export function OwnUse({ vendor }: { vendor: Schemas['VendorDetail'] }) {
  const { t } = useWords()
  const query = useQuery(ownUseOfVendor(vendor.number))
  const rows = query.data?.items
  return (
    <section aria-labelledby="own-use">
      <h2 id="own-use">{t('vendorPage.ownUse')}</h2>
      {rows === undefined ? (
        query.error ? <ErrorState error={query.error} retry={() => void query.refetch()} /> : <Skeleton lines={3} />
      ) : rows.length === 0 ? (
        vendor.systems.length === 0 ? <Empty why={t('vendorPage.ownUseNone')} /> : <Empty why={t('vendorPage.ownUseNone')} help={t('vendorPage.ownUseNoneHelp')} action={<Link to="/our-systems" className="button button-secondary">{t('usage.title')}</Link>} />
      ) : (
        <>
          <ul className="k-rows">
            {rows.map((u) => (
              <li key={u.id}>
                <span>
                  <Link to="/systems/$number" params={{ number: String(u.system.number) }}>{u.system.name}</Link>
                  {u.localName && <span className="k-quiet k-below">{u.localName}</span>}
                </span>
                <span><UsageState u={u} /></span>
              </li>
            ))}
          </ul>
          <p><Link to="/our-systems" search={{ vendor: vendor.number }}>{t('vendorPage.ownUseAll')}</Link></p>
        </>
      )}
    </section>
  )
}
