import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { agreementQuery } from '../../api/agreements'
import { useFormat, useWords } from '../../i18n'
import { isOffice, useMay, useMe } from '../../session'
import { Alert } from '../../ui/Alert'
import { CommentsAt } from '../../ui/Comments'
import { goTo } from '../../ui/goTo'
import { useShortcuts } from '../../ui/shortcuts'
import { Scrolled } from '../../ui/Scrolled'
import { ErrorState } from '../../ui/states'
import { Aids, fallbacksOf } from './Aids'
import { ChangeCard } from './ChangeCard'
import { ClauseHead } from './ClauseHead'
import type { Draft } from './DecisionForm'
import { Findings, isSerious } from './Findings'
import { aidsQuery, type Change, type Decision, type Detail, type Round, type Said } from './queries'
import { addressOf, byKey, counts, groupOf, needs, nextChange, othersOf, reads, settled, trivial, walk } from './room'
import { useClauseName } from './states'
import { Tree } from './Tree'
import { Trivial } from './Trivial'
import { useDecide } from './useDecide'

/** What came back: the clauses, the words of the chosen one and what is decided on them, and what helps to decide. All by key. */
export function Bench({ detail, round }: { detail: Detail; round: Round }) {
  const { t } = useWords()
  const f = useFormat()
  const may = useMay()
  const office = isOffice(useMe())
  const { id, agreementId } = detail.negotiation
  const search = useSearch({ from: '/inside/negotiations/$id' })
  const navigate = useNavigate({ from: '/negotiations/$id' })
  const name = useClauseName(round.clauses)
  const decide = useDecide(id, round)
  const [draft, setDraft] = useState<Draft>()
  const [none, setNone] = useState(false)
  const jump = useRef<string>(undefined)
  const changes = walk(round)
  const open = round.open && may('decideChanges')
  const asked = changes.find((c) => c.no === search.change)
  const clause = round.clauses.find((c) => (asked ? c.changes.includes(asked) : addressOf(c) === search.clause)) ?? round.clauses.find((c) => c.changes.includes(nextChange(changes, undefined, 1) ?? ({} as Change))) ?? round.clauses.find((c) => groupOf(c) !== 'same')
  const current = asked ?? clause?.changes.find((c) => !settled(c)) ?? clause?.changes[0]
  const n = counts(changes)
  const awaited = !office && n.undecided > 0 // the verdicts are not sent yet, and not a member's to read
  const may3 = may('getChangeAids')
  const aids = useQuery({ ...aidsQuery(id, round.head.no, current?.no ?? 0), enabled: may3 && current !== undefined })
  const answering = changes.some((c) => c.field !== undefined)
  const fields = useQuery({ ...agreementQuery(agreementId), enabled: answering && office && may('getAgreement') }).data?.fields
  const label = (key: string) => {
    const other = round.clauses.find((c) => c.key === key)
    return other ? name(other) : key
  }
  const named = (change: Change) => {
    const its = round.clauses.find((c) => c.changes.includes(change))
    return its ? name(its) : ''
  }
  const question = (path: string) => fields?.find((x) => x.path === path)?.label

  // What was led to takes the cursor once it is drawn.
  useEffect(() => {
    if (jump.current === undefined || document.getElementById(jump.current) === null) return
    goTo(jump.current)
    jump.current = undefined
  })
  // The address names what is worked on, so that it stays when it is decided.
  const hold = (change: Change) => {
    if (search.change !== change.no) void navigate({ search: { change: change.no }, replace: true, resetScroll: false })
  }
  const go = (to: Change | undefined) => {
    setNone(to === undefined)
    if (!to) return
    if (to.no === current?.no && search.change !== undefined) return goTo(`change-${to.no}`)
    jump.current = `change-${to.no}`
    hold(to)
  }
  const step = (by: 1 | -1, event?: KeyboardEvent) => {
    event?.preventDefault()
    go(nextChange(changes, current?.no, by))
  }
  const seen = (change: Change) => ({ no: change.no, base: change.version, others: othersOf(change.no, changes) })
  const begin = (change: Change, decision: Decision) => {
    hold(change)
    const need = needs(change, decision)
    const again = change.decision === decision
    if (need.reason || need.wording || again) {
      setDraft({ ...seen(change), decision, wording: again ? change.wording : change.after || change.before, whole: again && change.whole, reason: again ? change.reason : '', from: '' })
    } else {
      setDraft(undefined)
      void decide.save([{ no: change.no, base: change.version, decision }])
    }
  }
  const insert = (change: Change, wording: string) => {
    hold(change)
    setDraft({ ...seen(change), decision: 'counter', wording, whole: change.kind === 'wording', reason: change.decision === 'counter' ? change.reason : '', from: wording })
  }
  const undo = (change: Change) => {
    hold(change)
    setDraft(undefined)
    // The button is gone with the decision; whoever went on meanwhile is not called back.
    if (change.decision) void decide.save([{ no: change.no, base: change.version }]).then(() => { if (document.activeElement === document.body) goTo(`change-${change.no}`) })
  }
  const falls = fallbacksOf(aids.data)
  const keyed = (act: (change: Change) => void) => (event: KeyboardEvent) => {
    if (!open || !current || draft?.no === current.no) return // what is written in the form is not a key's to take away
    event.preventDefault() // the key must not be written in the field that opens
    act(current)
  }
  useShortcuts({
    j: (event) => step(1, event),
    k: (event) => step(-1, event),
    u: keyed(undo),
    ...Object.fromEntries(Object.entries(byKey).map(([key, decision]) => [key, keyed((c) => begin(c, decision))])),
    ...Object.fromEntries(falls.slice(0, 9).map((wording, i) => [String(i + 1), keyed((c) => insert(c, wording))])),
  })
  const whole = round.findings.filter((x) => x.kind !== 'unchanged')
  const easy = open ? trivial(changes) : []
  return (
    <section className="k-section" aria-labelledby="round">
      <h2 id="round" tabIndex={-1}>{t('negotiation.roundIn', { no: round.head.no })}</h2>
      <p className="k-quiet">{[t('negotiation.cameAs', { file: round.head.fileName, when: f.dateTime(round.head.madeAt) }), round.editor && t('negotiation.savedBy', { who: round.editor }), t('negotiation.nearness', { percent: f.number(Math.floor(round.nearness * 100)) })].filter(Boolean).join(' · ')}</p>
      {whole.length > 0 && <Alert kind={whole.some(isSerious) ? 'warning' : 'info'} heading={t('negotiation.ofFile')}><Findings findings={whole} label={label} /></Alert>}
      {!round.open && changes.length > 0 && <Alert kind="info"><p>{t('negotiation.roundClosed')}</p></Alert>}
      {changes.length === 0 ? <Alert kind="success"><p>{t(round.findings.some((x) => x.kind === 'unchanged') ? 'negotiation.unchanged' : 'negotiation.noChangesIn')}</p></Alert> : (
        <div className="k-room__bar">
          <p role="status">{none ? t('negotiation.noneLeft') : awaited ? t('negotiation.unansweredAll', { count: n.all, formatted: f.number(n.all) }) : t('negotiation.progress', { done: f.number(n.all - n.undecided), count: n.all, total: f.number(n.all) })}</p>
          {!awaited && <progress className="k-progress__bar" max={n.all} value={n.all - n.undecided} aria-hidden="true" />}
          <button type="button" className="button button-secondary button-small" aria-keyshortcuts="k" onClick={() => step(-1)}>{t(n.undecided > 0 && office ? 'negotiation.previous' : 'negotiation.previousAny')}<kbd aria-hidden="true">k</kbd></button>
          <button type="button" className="button button-secondary button-small" aria-keyshortcuts="j" onClick={() => step(1)}>{t(n.undecided > 0 && office ? 'negotiation.nextOpen' : 'negotiation.nextAny')}<kbd aria-hidden="true">j</kbd></button>
          {round.open && may('previewRound') && <Link to="/negotiations/$id/preview" params={{ id: String(id) }}>{t('negotiation.toPreview')}</Link>}
        </div>
      )}
      {open && <Trivial changes={easy} label={(c) => named(c)} save={async (said: Said[]) => decide.save(said)} now={() => changes} />}
      {decide.error && decide.error.of.length > 1 && <ErrorState error={decide.error.error} />}
      <div className={`k-room${may3 && changes.length > 0 ? '' : ' k-room--two'}`}>
        <Tree negotiation={id} clauses={round.clauses} chosen={clause} onChoose={() => { setDraft(undefined); jump.current = 'clause' }} />
        <div className="k-room__clause">
          {clause ? (
            <>
              <ClauseHead clause={clause} name={name(clause)} at={current?.no} label={label} />
              {clause.changes.map((c) => (
                <ChangeCard key={c.no} change={c} current={c === current} open={open} draft={draft?.no === c.no ? draft : undefined} decide={decide} choose={() => go(c)}
                  begin={(d) => begin(c, d)} undo={() => undo(c)} closeForm={() => setDraft(undefined)} label={label} question={question} readsAs={(wording) => reads(clause, { no: c.no, wording })} />
              ))}
              {clause.key !== '' && may('listComments') && <CommentsAt toVendor agreement={agreementId} place={{ clause: clause.key }} label={clause.number || name(clause)} />}
            </>
          ) : <p className="k-quiet">{t('negotiation.pick')}</p>}
        </div>
        {may3 && changes.length > 0 && (
          <Scrolled as="aside" className="k-room__aids" aria-label={t('negotiation.aids')}>
            {current ? aids.error ? <ErrorState error={aids.error} retry={() => void aids.refetch()} /> : <Aids aids={aids.data} insert={open ? (wording) => insert(current, wording) : undefined} /> : <p className="k-quiet">{t('negotiation.aidsNone')}</p>}
          </Scrolled>
        )}
      </div>
    </section>
  )
}
