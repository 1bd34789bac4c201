import { useEffect, useState, type SyntheticEvent } from 'react'
import { useWords } from '../../i18n'
import { ErrorSummary, Field, sendOnCtrlEnter, type Mistake } from '../../ui/form'
import { goTo } from '../../ui/goTo'
import { useOpened } from '../../ui/useOpened'
import { useUnsaved } from '../../ui/unsaved'
import type { Change, Decision } from './queries'
import { needs } from './room'
import { lacksReason, type Decide } from './useDecide'

/** A decision that is being written. */
export interface Draft {
  no: number
  /** The versions of the change and of the clause's others that the writer saw. */
  base: number
  others: { no: number; base: number }[]
  decision: Decision
  wording: string
  /** The wording stands in place of the clause. */
  whole: boolean
  reason: string
  /** What filled it, so that another fall-back fills it anew. */
  from: string
}

interface Props {
  change: Change
  draft: Draft
  decide: Decide
  /** How the clause comes to read with the counter in its place; left out where it is the whole. */
  readsAs?: (wording: string) => string
  close: () => void
}

/** Why, and for a counter what stands instead. */
export function DecisionForm({ change, draft, decide, readsAs, close }: Props) {
  const { t } = useWords()
  const [wording, setWording] = useState(draft.wording)
  const [whole, setWhole] = useState(draft.whole)
  const [reason, setReason] = useState(draft.reason)
  const [attempt, setAttempt] = useState(0)
  const [mistakes, setMistakes] = useState<Mistake[]>([]) // of the last attempt: a summary that changed would take the focus from who is mending it
  const [sending, setSending] = useState(false)
  const [refused, setRefused] = useState<{ wording: string; whole: boolean }>()
  const leave = () => {
    close()
    goTo(`change-${change.no}`)
  }
  const [box, onEscape] = useOpened(leave)
  // Whether one's own words touch standard text only the server knows.
  const told = lacksReason(decide.error, change.no) && refused?.wording === wording && refused.whole === whole
  const need = { ...needs(change, draft.decision), ...(told && { reason: true }) }
  useUnsaved(!sending && (wording !== draft.wording || reason !== draft.reason), 'change', 'clause')
  const labels = { wording: t('negotiation.wording'), reason: t('negotiation.reason') }
  const lacking = { wording: need.wording && wording.trim() === '', reason: need.reason && reason.trim() === '' }
  const says = { wording: t('negotiation.wordingRequired'), reason: t(draft.decision !== 'reject' ? 'negotiation.reasonTouched' : 'negotiation.reasonRequired') }
  // Whoever is refused writes on: the cursor is where the words are lacking, not at a place where letters decide.
  const shown = told && mistakes.length === 0 ? [{ field: 'decision-reason', message: says.reason }] : mistakes
  const first = shown[0]?.field
  useEffect(() => {
    if (first) goTo(first)
  }, [first, attempt])
  // The whole clause begins with the words that it would have.
  const toggle = (to: boolean) => {
    setWhole(to)
    if (to && readsAs && draft.from === '' && wording === draft.wording) setWording(readsAs(wording))
  }
  const send = async (event: SyntheticEvent) => {
    event.preventDefault()
    setAttempt(attempt + 1)
    setMistakes((['wording', 'reason'] as const).filter((x) => lacking[x]).map((x) => ({ field: `decision-${x}`, message: says[x] })))
    if (sending || lacking.wording || lacking.reason) return
    setSending(true)
    const done = await decide.save([{ no: change.no, base: draft.base, decision: draft.decision, ...(need.wording && { wording: wording.trim(), whole }), ...(whole && { others: draft.others }), ...(reason.trim() !== '' && { reason: reason.trim() }) }])
    setSending(false)
    if (done) leave()
    else setRefused({ wording, whole })
  }
  return (
    <form ref={box} className="k-change__form" noValidate onSubmit={(event) => void send(event)} onKeyDown={(event) => { sendOnCtrlEnter(event); onEscape(event) }} aria-label={t(`negotiation.act.${draft.decision}`)}>
      <ErrorSummary mistakes={shown} attempt={attempt} />
      {need.wording && (
        <Field id="decision-wording" label={labels.wording} hint={t(whole ? 'negotiation.wordingWhole' : 'negotiation.wordingHint')} error={attempt > 0 && lacking.wording ? says.wording : undefined}>
          {(props) => <textarea {...props} className="form-input" rows={5} maxLength={20_000} dir="auto" value={wording} onChange={(event) => setWording(event.target.value)} />}
        </Field>
      )}
      {need.wording && readsAs && (
        <label className="k-check"><input type="checkbox" checked={whole} onChange={(event) => toggle(event.target.checked)} /><span>{t('negotiation.whole')}</span></label>
      )}
      {need.wording && readsAs && !whole && <div className="k-change__reads"><p className="k-quiet">{t('negotiation.readsAs')}</p><blockquote dir="auto">{readsAs(wording)}</blockquote></div>}
      <Field id="decision-reason" label={labels.reason} hint={t(draft.decision === 'reject' ? 'negotiation.reasonHintRefused' : 'negotiation.reasonHint')} error={attempt > 0 && lacking.reason ? says.reason : undefined} optional={!need.reason}>
        {(props) => <textarea {...props} className="form-input" rows={3} maxLength={4000} dir="auto" value={reason} onChange={(event) => setReason(event.target.value)} />}
      </Field>
      <p className="k-actions">
        <button type="submit" className="button button-primary" aria-disabled={sending}>{t(`negotiation.save.${draft.decision}`)}</button>
        <button type="button" className="button button-secondary" onClick={leave}>{t('negotiation.cancel')}</button>
      </p>
    </form>
  )
}
