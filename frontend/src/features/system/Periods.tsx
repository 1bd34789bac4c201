import { Link } from '@tanstack/react-router'
import type { Schemas } from '../../api/client'
import { useFormat, useWords } from '../../i18n'
import { Tag } from '../../ui/Tag'

/** Who delivered a system when, newest first. */
export function Periods({ rows }: { rows: Schemas['VendorPeriod'][] }) {
  const { t } = useWords()
  const f = useFormat()
  const today = new Date().toLocaleDateString('sv-SE', { timeZone: 'Europe/Copenhagen' })
  const when = ({ from, to }: Schemas['VendorPeriod']) => {
    if (from && to) return t('systemPage.periodBoth', { from: f.date(from), to: f.date(to) })
    if (from) return t('systemPage.periodFrom', { from: f.date(from) })
    return to ? t('systemPage.periodTo', { to: f.date(to) }) : t('systemPage.periodAlways')
  }
  return (
    <ul className="k-rows">
      {[...rows].reverse().map((p) => (
        <li key={p.from ?? ''}>
          <Link to="/vendors/$number" params={{ number: String(p.vendor.number) }}>{p.vendor.name}</Link>
          {(!p.from || p.from <= today) && (!p.to || p.to >= today) && <Tag tone="ok">{t('systemPage.vendorNow')}</Tag>}
          <span className="k-quiet">{when(p)}</span>
        </li>
      ))}
    </ul>
  )
}
