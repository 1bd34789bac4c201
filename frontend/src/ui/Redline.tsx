import type { Schemas } from '../api/client'
import { useWords } from '../i18n'
import { Tag, type Tone } from './Tag'

type Change = Schemas['ClauseChange']
type Segment = Schemas['RedlineSegment']

export const changeTone: Record<Change['kind'], Tone> = { same: 'none', changed: 'attention', added: 'ok', removed: 'overdue', moved: 'waiting' }

/** One clause in two versions: what is gone is struck out, what came is underlined, and both are said in words to a screen reader. */
export function RedClause({ change, label, heading: Heading = 'h3', headless = false }: { change: Change; label: (path: string) => string; heading?: 'h3' | 'h4'; headless?: boolean }) {
  const { t } = useWords()
  const number = change.after ?? change.before
  return (
    <div className={`k-red k-red__clause k-red__clause--${change.kind}`} id={headless ? undefined : `change-${change.key}`} tabIndex={headless ? undefined : -1}>
      {!headless && (
        <Heading className="k-red__head">
          <span>{number} <Segments segments={change.heading} label={label} /></span>
          {change.kind !== 'same' && <Tag tone={changeTone[change.kind]}>{t(`templates.change.${change.kind}`)}</Tag>}
          {change.moved && change.kind !== 'moved' && <Tag tone="waiting">{t('templates.change.moved')}</Tag>}
          {change.before !== undefined && change.after !== undefined && change.before !== change.after && <span className="k-quiet">{t('templates.wasNumber', { number: change.before })}</span>}
        </Heading>
      )}
      {change.lines.map((line, i) => (
        <p key={i} className={`k-red__line k-red__line--${line.kind}`} style={line.depth > 0 ? { paddingLeft: `${line.depth * 1.6}rem` } : undefined}>
          {line.when && <span className="k-when">{t('templates.when', { condition: '' })}<Segments segments={line.when} label={label} /></span>}
          {line.kind === 'branch' || line.kind === 'choice' || line.kind === 'repeat' ? <strong><Segments segments={line.segments} label={label} /></strong> : <Segments segments={line.segments} label={label} />}
        </p>
      ))}
    </div>
  )
}

function Segments({ segments, label }: { segments: Segment[]; label: (path: string) => string }) {
  const { t } = useWords()
  return segments.map((s, i) => {
    const text = s.kind === 'fill_in' ? `{${label(s.text)}}` : s.text
    const marked = s.kind === 'guidance' ? <span className="k-guidance">{text}</span>
      : s.kind === 'supplementary' || s.kind === 'option' ? <span className={`k-mark--${s.kind}`}>{text}</span>
      : s.kind === 'fill_in' ? <span className="k-hole">{text}</span> : text
    if (s.op === 'insert') return <ins key={i}><span className="sr-only">{t('templates.inserted')}</span>{marked}</ins>
    if (s.op === 'delete') return <del key={i}><span className="sr-only">{t('templates.deleted')}</span>{marked}</del>
    return <span key={i}>{marked}</span>
  })
}
