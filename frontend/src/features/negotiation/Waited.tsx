import { useFormat, useWords } from '../../i18n'

/** The days that each side has had it, as two bars against each other. */
export function Waited({ office, vendor }: { office: number; vendor: number }) {
  const { t } = useWords()
  const f = useFormat()
  const most = Math.max(office, vendor, 1)
  return (
    <span className="k-waited">
      {([['office', office], ['vendor', vendor]] as const).map(([side, days]) => (
        <span key={side} className="k-waited__row">
          <span>{t(`negotiation.side.${side}`)}</span>
          <span className="k-waited__track" aria-hidden="true"><span className={`k-waited__bar k-waited__bar--${side}`} style={{ width: `${(100 * days) / most}%` }} /></span>
          <span>{t('negotiation.days', { count: days, formatted: f.number(days) })}</span>
        </span>
      ))}
    </span>
  )
}
