import { Link } from '@tanstack/react-router'
import { useFormat, useWords } from '../../i18n'
import { isOffice, useMe } from '../../session'
import { Icon } from '../../ui/Icon'
import { useRemembered } from '../../ui/useRemembered'
import type { Clause } from './queries'
import { addressOf, aside, counts, grouped, marks, settled, type Group } from './room'
import { useClauseName } from './states'

interface Props {
  negotiation: number
  clauses: readonly Clause[]
  chosen: Clause | undefined
  onChoose: () => void
}

/** The clauses, those whose standard text is touched first; each with what was done to it. */
export function Tree({ negotiation, clauses, chosen, onChoose }: Props) {
  const { t } = useWords()
  const f = useFormat()
  const [all, setAll] = useRemembered('negotiation.all', false)
  const groups = grouped(clauses)
  const name = useClauseName(clauses)
  const shown: Group[] = all || groups.same.includes(chosen ?? ({} as Clause)) ? ['touched', 'changed', 'same'] : ['touched', 'changed']
  return (
    <nav className="k-toc k-room__tree" aria-label={t('negotiation.tree')}>
      <label className="k-check"><input type="checkbox" checked={all} onChange={(event) => setAll(event.target.checked)} /> {t('negotiation.showAll', { count: groups.same.length, formatted: f.number(groups.same.length) })}</label>
      {shown.filter((group) => groups[group].length > 0).map((group) => (
        <section key={group} aria-labelledby={`tree-${group}`}>
          <h3 id={`tree-${group}`}>{group === 'touched' && <Icon name="lock" />}{t(`negotiation.group.${group}`)} <span className="k-quiet">{f.number(groups[group].length)}</span></h3>
          <ol>
            {groups[group].map((clause) => (
              <li key={addressOf(clause)}>
                <Entry negotiation={negotiation} clause={clause} name={name(clause)} current={clause === chosen} onChoose={onChoose} />
              </li>
            ))}
          </ol>
        </section>
      ))}
    </nav>
  )
}

function Entry({ negotiation, clause, name, current, onChoose }: { negotiation: number; clause: Clause; name: string; current: boolean; onChoose: () => void }) {
  const { t } = useWords()
  const f = useFormat()
  const office = isOffice(useMe())
  const n = counts(clause.changes)
  const first = clause.changes.find((c) => !settled(c)) ?? clause.changes[0]
  const { kinds, comments } = marks(clause)
  return (
    <Link to="/negotiations/$id" params={{ id: String(negotiation) }} search={first ? { change: first.no } : { clause: addressOf(clause) }} replace resetScroll={false} activeOptions={{ exact: true, includeSearch: true }}
      className="k-room__entry" aria-current={current ? 'true' : undefined} onClick={onChoose}>
      <span className="k-room__name">{name}</span>
      <span className="k-room__marks">
        {aside(clause) && <span><Icon name="info" />{t('negotiation.mark.aside')}</span>}
        {kinds.map((kind) => <span key={kind}>{t(`negotiation.mark.${kind}`)}</span>)}
        {n.all > 0 && (n.undecided > 0
          ? !office ? <span><Icon name="hourglass" />{t('negotiation.unanswered')}</span> : <span><Icon name="warning" />{t('negotiation.undecidedCount', { count: n.undecided, formatted: f.number(n.undecided) })}</span>
          : <span><Icon name="success" />{t('negotiation.decidedCount', { count: n.all, formatted: f.number(n.all) })}</span>)}
        {comments > 0 && <span><Icon name="person" />{t('negotiation.commentCount', { count: comments, formatted: f.number(comments) })}</span>}
      </span>
    </Link>
  )
}
