import { useQuery } from '@tanstack/react-query'
import { fileHref } from '../../api/client'
import { useFormat, useWords } from '../../i18n'
import { useMay } from '../../session'
import { Download, Excel } from '../../ui/Download'
import { ErrorState, Skeleton } from '../../ui/states'
import { Tag } from '../../ui/Tag'
import { deviationsQuery } from './queries'
import { Segments } from './Segments'

/** What was agreed otherwise than the template has it, with its report. */
export function Deviations({ agreement }: { agreement: number }) {
  const { t } = useWords()
  const f = useFormat()
  const may = useMay()
  const query = useQuery(deviationsQuery(agreement))
  const items = query.data?.items
  const answers = query.data?.answers ?? []
  return (
    <section className="k-section" aria-labelledby="deviations">
      <h2 id="deviations">{t('negotiation.deviations')}</h2>
      <p className="k-actions">
        {may('deviationReport') && <Download href={fileHref(`/api/v1/agreements/${agreement}/deviations/report`)} format="pdf">{t('negotiation.deviationReport')}</Download>}
        {may('exportDeviations') && <Excel href={fileHref(`/api/v1/agreements/${agreement}/deviations/export`)} />}
      </p>
      {!items && (query.error ? <ErrorState error={query.error} retry={() => void query.refetch()} /> : <Skeleton lines={4} />)}
      {items?.length === 0 && answers.length === 0 && <p>{t('negotiation.deviationsNone')}</p>}
      {items?.map((d) => (
        <article key={d.clauseKey} className={`k-change${d.touched ? ' k-change--touched' : ''}`}>
          <div className="k-change__head">
            <h3>{[d.number, d.heading].filter(Boolean).join(' ')}</h3>
            <p className="k-change__tags">
              {d.touched && <Tag tone="overdue" icon="lock">{t('negotiation.standardText')}</Tag>}
              <Tag tone="attention">{t(`negotiation.deviation.${d.kind}`)}</Tag>
            </p>
          </div>
          <Segments segments={d.redline} />
          {d.reason !== '' && <p dir="auto"><span className="k-quiet">{t('negotiation.reasonIs')}</span> {d.reason}</p>}
          <p className="k-quiet">{[d.decidedBy, f.date(d.decidedAt)].filter(Boolean).join(', ')}</p>
        </article>
      ))}
      {answers.length > 0 && (
        <>
          <h3>{t('negotiation.answersChanged')}</h3>
          <p>{t('negotiation.answersChangedHelp')}</p>
        </>
      )}
      {answers.map((a) => (
        <article key={a.path} className="k-change">
          <div className="k-change__head"><h4>{[a.number, a.label].filter(Boolean).join(' ')}</h4></div>
          {a.heading !== '' && <p className="k-quiet">{a.heading}</p>}
          <p dir="auto"><span className="k-quiet">{t('negotiation.answerWas')}</span> {a.before || t('negotiation.answerOpen')}</p>
          <p dir="auto"><span className="k-quiet">{t('negotiation.answerIs')}</span> {a.after || t('negotiation.answerOpen')}</p>
          {a.reason !== '' && <p dir="auto"><span className="k-quiet">{t('negotiation.reasonIs')}</span> {a.reason}</p>}
          <p className="k-quiet">{[a.decidedBy, f.date(a.decidedAt)].filter(Boolean).join(', ')}</p>
        </article>
      ))}
    </section>
  )
}
