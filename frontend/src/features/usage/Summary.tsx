import type { Schemas } from '../../api/client'
import { useFormat, useWords } from '../../i18n'
import { Icon } from '../../ui/Icon'
import { usageTones } from '../../ui/UsageState'
import type { State } from './queries'

interface Props {
  count: Schemas['UsageCount'] | undefined
  chosen: State | undefined
  onChoose: (state: State | undefined) => void
}

/** How the agreements stand, in one bar; each part is also the filter that shows it. */
export function Summary({ count, chosen, onChoose }: Props) {
  const { t } = useWords()
  const f = useFormat()
  const parts = count?.states ?? []
  const total = parts.reduce((sum, part) => sum + part.count, 0)
  const settled = parts.filter((part) => part.state !== 'missing' && part.state !== 'offered').reduce((sum, part) => sum + part.count, 0)
  const share = (n: number): number => (total === 0 ? 0 : (n / total) * 1000)
  const before = (i: number): number => share(parts.slice(0, i).reduce((sum, part) => sum + part.count, 0))
  return (
    <section className="k-sum" aria-label={t('usage.summary')}>
      <p className="k-sum__head">{count === undefined ? '\u00a0' : t('usage.settled', { settled: f.number(settled), total: f.number(total) })}</p>
      <svg className="k-sum__bar" viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true" focusable="false">
        {parts.map((part, i) => <rect key={part.state} x={before(i)} y="0" width={share(part.count)} height="10" className={`k-sum__part--${part.state}`} />)}
      </svg>
      <ul className="k-sum__parts">
        {parts.map((part) => (
          <li key={part.state}>
            <button type="button" className={`k-sum__button k-tag k-tag--${usageTones[part.state]}`} aria-pressed={chosen === part.state} onClick={() => onChoose(chosen === part.state ? undefined : part.state)}>
              <span className={`k-sum__key k-sum__part--${part.state}`} aria-hidden="true" />
              <strong>{f.number(part.count)}</strong> {t(`usage.state.${part.state}`)}
              {chosen === part.state && <Icon name="close" />}
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}
