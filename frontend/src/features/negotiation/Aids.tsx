import { Link } from '@tanstack/react-router'
import type { Schemas } from '../../api/client'
import { useFormat, useWords } from '../../i18n'
import { Icon } from '../../ui/Icon'
import { Skeleton } from '../../ui/states'
import { Tag, type Tone } from '../../ui/Tag'

type AidsOf = Schemas['ChangeAids']
type Verdict = AidsOf['positions'][number]['verdict']
type Precedent = Schemas['Precedent']

const verdictTone: Record<Verdict, Tone> = { within: 'ok', outside: 'overdue', unknown: 'none' }
const outcomeTone: Record<Precedent['outcome'], Tone> = { accepted: 'ok', refused: 'overdue', countered: 'waiting' }

/** Every fall-back of the positions on a change, in order: the keys 1 to 9 insert them. */
export const fallbacksOf = (aids: AidsOf | undefined): string[] => aids?.positions.flatMap((p) => p.position.fallbacks.map((x) => x.wording)) ?? []

interface Props {
  aids: AidsOf | undefined
  /** Fills a counter; left out where nothing can be decided. */
  insert?: (wording: string) => void
}

/** What the secretariat wants on the clause, and what it said to such changes before. */
export function Aids({ aids, insert }: Props) {
  const { t } = useWords()
  if (!aids) return <Skeleton lines={6} />
  const starts = aids.positions.map((_, i) => aids.positions.slice(0, i).reduce((sum, p) => sum + p.position.fallbacks.length, 0))
  return (
    <>
      <section aria-labelledby="aids-positions">
        <h3 id="aids-positions">{t('negotiation.positions')}</h3>
        {aids.positions.length === 0 && <p className="k-quiet">{t('negotiation.positionsNone')}</p>}
        {aids.positions.map((row, i) => <Position key={row.position.id} row={row} start={starts[i] ?? 0} insert={insert} />)}
      </section>
      <section aria-labelledby="aids-precedents">
        <h3 id="aids-precedents">{t('negotiation.precedents')}</h3>
        {aids.accepted + aids.refused + aids.countered === 0 ? <p className="k-quiet">{t('negotiation.precedentsNone')}</p> : (
          <p className="k-room__marks">
            <span><Icon name="check" />{t('negotiation.acceptedTimes', { count: aids.accepted })}</span>
            <span><Icon name="close" />{t('negotiation.refusedTimes', { count: aids.refused })}</span>
            <span><Icon name="edit" />{t('negotiation.counteredTimes', { count: aids.countered })}</span>
          </p>
        )}
        {aids.precedents.map((p) => <Before key={p.id} precedent={p} insert={insert} />)}
      </section>
    </>
  )
}

function Position({ row: { position: p, verdict, value }, start, insert }: { row: AidsOf['positions'][number]; start: number } & Pick<Props, 'insert'>) {
  const { t } = useWords()
  const line = (label: string, text: string | undefined) => text && <div><dt>{label}</dt><dd>{text}</dd></div>
  return (
    <article className="k-aid">
      <h4>{p.issue}</h4>
      <p className="k-change__tags">
        <Tag tone={verdictTone[verdict]}>{t(`negotiation.verdict.${verdict}`)}</Tag>
        {p.unconfirmed && <Tag tone="attention">{t('negotiation.unconfirmed')}</Tag>}
      </p>
      {value !== undefined && value !== '' && <p>{t('negotiation.readOut', { value })}</p>}
      <dl>
        {line(t('negotiation.preferred'), p.preferred)}
        {line(t('negotiation.acceptable'), p.acceptable)}
        {line(t('negotiation.walkAway'), p.walkAway)}
        {line(t('negotiation.askFirst'), p.escalate)}
        {line(t('negotiation.positionNote'), p.note)}
      </dl>
      {p.fallbacks.length > 0 && (
        <>
          <h5>{t('negotiation.fallbacks')}</h5>
          <ol className="k-aid__falls" start={start + 1}>
            {p.fallbacks.map((x, i) => (
              <li key={i}>
                {x.when && <p className="k-quiet">{x.when}</p>}
                <blockquote dir="auto">{x.wording}</blockquote>
                {insert && <button type="button" className="k-textbutton" aria-keyshortcuts={start + i < 9 ? String(start + i + 1) : undefined} onClick={() => insert(x.wording)}>{t('negotiation.insert')}<span className="sr-only">{`: ${x.wording.slice(0, 60)}`}</span>{start + i < 9 && <kbd aria-hidden="true">{start + i + 1}</kbd>}</button>}
              </li>
            ))}
          </ol>
        </>
      )}
    </article>
  )
}

function Before({ precedent: p, insert }: { precedent: Precedent } & Pick<Props, 'insert'>) {
  const { t } = useWords()
  const f = useFormat()
  return (
    <article className="k-aid">
      <p className="k-change__tags">
        <Tag tone={outcomeTone[p.outcome]}>{t(`negotiation.outcome.${p.outcome}`)}</Tag>
        <strong>{t('negotiation.near', { percent: f.number(Math.round(p.nearness * 100)) })}</strong>
      </p>
      <blockquote dir="auto" className="k-red">{p.before !== '' && <><del><span className="sr-only">{t('negotiation.del.plain')}</span>{p.before}</del> </>}{p.wording !== '' && <ins><span className="sr-only">{t('negotiation.ins.plain')}</span>{p.wording}</ins>}</blockquote>
      {p.counter !== '' && (
        <>
          <p className="k-quiet">{t('negotiation.counterWas')}</p>
          <blockquote dir="auto">{p.counter}</blockquote>
          {insert && <button type="button" className="k-textbutton" onClick={() => insert(p.counter)}>{t('negotiation.insert')}<span className="sr-only">{`: ${p.counter.slice(0, 60)}`}</span></button>}
        </>
      )}
      {p.reason !== '' && <p dir="auto">{p.reason}</p>}
      <p className="k-quiet">
        {[p.vendorName, p.decidedBy, f.date(p.decidedAt)].filter(Boolean).join(' · ')}
        {p.negotiationId > 0 && <> · <Link to="/negotiations/$id/rounds" params={{ id: String(p.negotiationId) }}>{t('negotiation.roundNo', { no: p.roundNo })}</Link></>}
      </p>
    </article>
  )
}
