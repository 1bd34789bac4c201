import type { Schemas } from '../../api/client'
import { useFormat, useWords } from '../../i18n'
import { Empty } from '../../ui/states'
import { useShortcuts } from '../../ui/shortcuts'
import { Segments } from './Segments'

interface Props {
  comparison: Schemas['RoundComparison']
  all: boolean
  setAll: (all: boolean) => void
}

/** Two rounds clause by clause, the changed ones unless all are asked for; n and p walk the changes. */
export function Compared({ comparison, all, setAll }: Props) {
  const { t } = useWords()
  const f = useFormat()
  const changed = comparison.clauses.filter((c) => c.changed)
  const step = (by: 1 | -1) => () => {
    const places = [...document.querySelectorAll<HTMLElement>('.k-red__clause--changed')]
    const at = places.findIndex((x) => x === document.activeElement)
    const next = places[at === -1 ? (by === 1 ? 0 : places.length - 1) : (at + by + places.length) % places.length]
    next?.focus({ preventScroll: true })
    next?.scrollIntoView({ block: 'start' })
  }
  useShortcuts({ n: step(1), p: step(-1) })
  // A clause without a heading is named by the section before it.
  const heading = (at: number): string => comparison.clauses.slice(0, at + 1).findLast((c) => c.heading !== '')?.heading ?? ''
  const name = (c: Schemas['RoundComparison']['clauses'][number]) => [c.number, heading(comparison.clauses.indexOf(c))].filter(Boolean).join(' ')
  return (
    <>
      <div className="k-room__bar">
        <p role="status">{t('negotiation.clausesChanged', { count: changed.length, formatted: f.number(changed.length) })}</p>
        <label className="k-check k-noprint"><input type="checkbox" checked={all} onChange={(event) => setAll(event.target.checked)} /> {t('negotiation.showAll', { count: comparison.clauses.length - changed.length, formatted: f.number(comparison.clauses.length - changed.length) })}</label>
        <button type="button" className="k-textbutton k-noprint" onClick={() => window.print()}>{t('negotiation.print')}</button>
      </div>
      {changed.length === 0 && <Empty why={t('negotiation.noDifference')} />}
      {(all ? comparison.clauses : changed).map((c, i) => (
        <section key={`${c.key}-${i}`} tabIndex={-1} className={`k-red__clause${c.changed ? ' k-red__clause--changed' : ''}`}>
          <h3 className="k-red__head">{name(c) || t('negotiation.part.empty')}</h3>
          <Segments segments={c.redline} />
        </section>
      ))}
    </>
  )
}
