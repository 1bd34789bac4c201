import { useWords } from '../../i18n'
import { Icon } from '../../ui/Icon'
import type { Segment } from './queries'
import { signs } from './room'

interface Props {
  segments: readonly Segment[]
  /** The change that is looked at: its words stand out. */
  at?: number
}

/** What the signs under words mean that are no fixed text, where there are such. */
export function Legend({ segments }: { segments: readonly Segment[] }) {
  const { t } = useWords()
  const kinds = signs(segments)
  if (kinds.length === 0) return null
  return <ul className="k-legend" aria-label={t('negotiation.legend.label')}>{kinds.map((kind) => <li key={kind}><span className={`k-mark--${kind}`}>{t(`negotiation.legend.${kind}`)}</span></li>)}</ul>
}

/** Words of one clause in two versions, with what is gone and what came; standard text that is touched is framed, with a lock. */
export function Segments({ segments, at }: Props) {
  const { t } = useWords()
  return (
    <div className="k-red k-round__words" dir="auto">
      {segments.map((s, i) => {
        const kind = s.kind === 'supplementary' || s.kind === 'option' ? `k-mark--${s.kind}` : undefined
        const text = kind ? <span className={kind}>{s.text}</span> : s.text
        if (s.op === 'equal') return <span key={i}>{text}</span>
        const says = s.touched ? (s.op === 'insert' ? t('negotiation.ins.touched') : t('negotiation.del.touched')) : s.op === 'insert' ? t('negotiation.ins.plain') : t('negotiation.del.plain')
        const className = [s.touched && 'k-round__touched', at !== undefined && s.change === at && 'k-round__at'].filter(Boolean).join(' ') || undefined
        const inside = <><span className="sr-only">{says}</span>{s.touched && <Icon name="lock" />}{text}</>
        return s.op === 'insert' ? <ins key={i} className={className}>{inside}</ins> : <del key={i} className={className}>{inside}</del>
      })}
    </div>
  )
}
