import { useWords } from '../../i18n'
import { Alert } from '../../ui/Alert'
import { Icon } from '../../ui/Icon'
import { Tag } from '../../ui/Tag'
import { Findings } from './Findings'
import type { Clause } from './queries'
import { aside, besides } from './room'
import { Legend, Segments } from './Segments'

interface Props {
  clause: Clause
  name: string
  at: number | undefined
  label: (key: string) => string
}

/** The words of a clause with what was changed in them, and what else was found there. */
export function ClauseHead({ clause, name, at, label }: Props) {
  const { t } = useWords()
  const rest = besides(clause)
  const marks = clause.findings.filter((x) => !rest.includes(x) && x.kind !== 'unchanged')
  return (
    <>
      <h3 id="clause" tabIndex={-1} className="k-room__head">{name}</h3>
      <p className="k-change__tags">
        {clause.touched && <Tag tone="overdue" icon="lock">{t('negotiation.touched')}</Tag>}
        {clause.part === 'unplaced' && <Tag tone="attention">{t('negotiation.part.unplaced')}</Tag>}
        {clause.placed !== undefined && clause.placed !== 'bookmark' && <span className="k-quiet">{t(`negotiation.placed.${clause.placed}`)}</span>}
        {clause.follows !== undefined && clause.follows !== '' && <span className="k-quiet">{t('negotiation.follows', { clause: label(clause.follows) })}</span>}
      </p>
      <div className={`k-room__text${clause.touched ? ' k-room__text--touched' : ''}`}>
        {clause.redline.length > 0 ? <Segments segments={clause.redline} at={at} /> : <p className="k-round__words">{clause.after || clause.before}</p>}
      </div>
      <Legend segments={clause.redline} />
      {aside(clause) && <Alert kind="info"><p>{t('negotiation.asideHelp')}</p></Alert>}
      {rest.length > 0 && (
        <>
          <h4>{t('negotiation.found')}</h4>
          <Findings findings={rest} label={label} />
        </>
      )}
      {marks.length > 0 && (
        <details className="k-room__tracks">
          <summary><Icon name="list-check" />{t('negotiation.tracks', { count: marks.length })}</summary>
          <Findings findings={marks} label={label} />
        </details>
      )}
    </>
  )
}
