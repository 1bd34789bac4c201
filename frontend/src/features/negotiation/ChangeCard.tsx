import { useFormat, useWords } from '../../i18n'
import { Icon } from '../../ui/Icon'
import { ErrorState } from '../../ui/states'
import { Tag } from '../../ui/Tag'
import { DecisionForm, type Draft } from './DecisionForm'
import type { Change, Decision } from './queries'
import { keyOf } from './room'
import { decisionIcon, DecisionTag } from './states'
import { lacksReason, type Decide } from './useDecide'

interface Props {
  change: Change
  current: boolean
  /** The round is open and the person may decide. */
  open: boolean
  draft: Draft | undefined
  decide: Decide
  choose: () => void
  begin: (decision: Decision) => void
  undo: () => void
  closeForm: () => void
  label: (key: string) => string
  /** The question that a change answers, for whom the draft is open. */
  question: (path: string) => string | undefined
  readsAs: (wording: string) => string
}

const decisions = ['accept', 'reject', 'counter', 'park', 'escalate'] as const satisfies readonly Decision[]

/** One change: what stood, what is proposed, by whom, and what the secretariat says to it. */
export function ChangeCard({ change: c, current, open, draft, decide, choose, begin, undo, closeForm, label, question, readsAs }: Props) {
  const { t } = useWords()
  const f = useFormat()
  const id = `change-${c.no}`
  const asked = c.field === undefined ? undefined : question(c.field)
  const clash = decide.clash?.mine.no === c.no ? decide.clash : undefined
  return (
    <article id={id} tabIndex={-1} className={`k-change${current ? ' k-change--current' : ''}${c.touched ? ' k-change--touched' : ''}`} aria-labelledby={`${id}-name`} aria-current={current ? 'true' : undefined}>
      <div className="k-change__head">
        <h4 id={`${id}-name`}>{t('negotiation.changeNo', { no: c.no })}<span className="k-quiet">{` · ${t(`negotiation.kind.${c.kind}`)}`}</span></h4>
        <DecisionTag decision={c.decision} />
      </div>
      <p className="k-change__tags">
        {c.touched && <Tag tone="overdue" icon="lock">{t('negotiation.standardText')}</Tag>}
        {c.trivial && <Tag tone="none">{t('negotiation.trivial')}</Tag>}
        {!c.tracked && <Tag tone="attention">{t('negotiation.untracked')}</Tag>}
        <span className="k-quiet">{[c.author, c.saidAt && f.written(c.saidAt)].filter(Boolean).join(', ') || (c.tracked ? '' : t('negotiation.untrackedHelp'))}</span>
      </p>
      <Words change={c} label={label} />
      {asked !== undefined && <p className="k-quiet">{t('negotiation.answers', { question: asked })}</p>}
      <Decided change={c} />
      {clash && (
        <div className="k-conflict" role="alert">
          <p><strong>{clash.theirs.decidedBy ? t('negotiation.clash', { who: clash.theirs.decidedBy }) : t('negotiation.clashNobody')}</strong></p>
          <div className="k-conflict__pair">
            {[{ name: t('negotiation.clashMine'), said: clash.mine }, { name: `${t('negotiation.clashTheirs')}${clash.theirs.no === c.no ? '' : ` · ${t('negotiation.changeNo', { no: clash.theirs.no })}`}`, said: clash.theirs }].map(({ name, said }) => (
              <div key={name}>
                <h4>{name}</h4>
                <div><DecisionTag decision={said.decision} />{[said.wording, said.reason].filter(Boolean).map((text) => <p key={text}>{text}</p>)}</div>
              </div>
            ))}
          </div>
          <div className="k-actions">
            <button type="button" className="button button-primary" onClick={() => { decide.settle(true); closeForm() }}>{t('agreement.conflict.keepMine')}</button>
            <button type="button" className="button button-secondary" onClick={() => { decide.settle(false); closeForm() }}>{t('agreement.conflict.keepTheirs')}</button>
          </div>
        </div>
      )}
      {decide.error?.of.includes(c.no) && !(draft && lacksReason(decide.error, c.no)) && <ErrorState error={decide.error.error} />}
      {open && (current ? (
        <>
          <div className="k-change__acts" role="group" aria-label={t('negotiation.decide', { no: c.no })}>
            {decisions.map((d) => (
              <button key={d} type="button" className="k-decide" aria-pressed={c.decision === d} aria-keyshortcuts={keyOf[d]} onClick={() => begin(d)}>
                <Icon name={decisionIcon[d]} />{t(`negotiation.act.${d}`)}<kbd aria-hidden="true">{keyOf[d]}</kbd>
              </button>
            ))}
            {c.decision && <button type="button" className="k-textbutton" aria-keyshortcuts="u" onClick={undo}>{t('negotiation.undo')}<kbd aria-hidden="true">u</kbd></button>}
          </div>
          {draft && <DecisionForm key={`${draft.decision}-${draft.from}`} change={c} draft={draft} decide={decide} readsAs={c.kind === 'wording' ? readsAs : undefined} close={closeForm} />}
        </>
      ) : <button type="button" className="k-textbutton" onClick={choose}>{t(c.decision ? 'negotiation.rechoose' : 'negotiation.choose')}<span className="sr-only">{`: ${t('negotiation.changeNo', { no: c.no })}`}</span></button>)}
    </article>
  )
}

function Words({ change: c, label }: { change: Change; label: (key: string) => string }) {
  const { t } = useWords()
  const shown = (text: string) => (text.trim() === '' ? t('negotiation.blank') : text)
  if (c.kind === 'moved') return <p>{c.other ? t('negotiation.movedAfter', { clause: label(c.other) }) : t('negotiation.movedFirst')}</p>
  return (
    <dl className="k-change__words k-red">
      {c.before !== '' && <div><dt>{t('negotiation.before')}</dt><dd dir="auto"><del>{shown(c.before)}</del></dd></div>}
      {c.after !== '' && <div><dt>{t('negotiation.after')}</dt><dd dir="auto"><ins>{shown(c.after)}</ins></dd></div>}
    </dl>
  )
}

/** Who decided when, why, and what stands instead. */
function Decided({ change: c }: { change: Change }) {
  const { t } = useWords()
  const f = useFormat()
  if (!c.decision) return null
  return (
    <div className="k-change__decided">
      {c.wording !== '' && <><p className="k-quiet">{t(c.whole ? 'negotiation.counterWhole' : 'negotiation.counterIs')}</p><blockquote dir="auto">{c.wording}</blockquote></>}
      {c.reason !== '' && <p dir="auto"><span className="k-quiet">{t('negotiation.reasonIs')}</span> {c.reason}</p>}
      {c.decidedBy && c.decidedAt && <p className="k-quiet">{t('agreement.field.byAt', { who: c.decidedBy, when: f.dateTime(c.decidedAt) })}</p>}
    </div>
  )
}

