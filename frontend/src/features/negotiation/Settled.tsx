import { useWords } from '../../i18n'
import { Tag } from '../../ui/Tag'
import type { Detail } from './queries'

/** What the parties agreed otherwise than it was sent first, for members: clause and kind, and what comes next. */
export function Settled({ clauses }: { clauses: NonNullable<Detail['settled']> }) {
  const { t } = useWords()
  return (
    <section className="k-section" aria-labelledby="settled">
      <h2 id="settled">{t('negotiation.settled')}</h2>
      <p>{t('negotiation.settledNext')}</p>
      {clauses.length === 0 ? <p>{t('negotiation.settledNone')}</p> : <p>{t('negotiation.settledHelp')}</p>}
      {clauses.map((c) => (
        <article key={c.key} className={`k-change${c.touched ? ' k-change--touched' : ''}`}>
          <div className="k-change__head">
            <h3>{[c.number, c.heading].filter(Boolean).join(' ')}</h3>
            <p className="k-change__tags">
              {c.touched && <Tag tone="overdue" icon="lock">{t('negotiation.standardText')}</Tag>}
              <Tag tone="attention">{c.kind === 'answer' ? t('negotiation.answerKind') : t(`negotiation.deviation.${c.kind}`)}</Tag>
            </p>
          </div>
        </article>
      ))}
    </section>
  )
}
