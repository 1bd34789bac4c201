import { useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState, type SyntheticEvent } from 'react'
import { useFormat, useWords } from '../../i18n'
import { useMay } from '../../session'
import { ErrorSummary, Field, sendOnCtrlEnter } from '../../ui/form'
import { goTo } from '../../ui/goTo'
import { Icon, type IconName } from '../../ui/Icon'
import { ErrorState } from '../../ui/states'
import { Tag, type Tone } from '../../ui/Tag'
import { useAct } from '../../ui/useAct'
import { useOpened } from '../../ui/useOpened'
import { useUnsaved } from '../../ui/unsaved'
import { assess, paperQuery, wantsNote, type Assessment, type Paper, type PaperEntry, type PaperValue } from './paperQueries'
import { useSectionName } from './PaperSections'

const acts: Record<Assessment, { tone: Tone; icon: IconName }> = { fulfilled: { tone: 'ok', icon: 'check' }, insufficient: { tone: 'overdue', icon: 'close' }, absent: { tone: 'overdue', icon: 'minus' } }
const order = ['fulfilled', 'insufficient', 'absent'] as const
const sureness: Record<PaperEntry['confidence'], Tone> = { not_found: 'overdue', guess: 'attention', likely: 'waiting', sure: 'waiting' }

interface Props {
  id: number
  paper: Paper
  entry: PaperEntry
  current: boolean
  open: boolean
  fold: (open: boolean) => void
  saved: (now: Paper, what: string) => void
}

/** One entry of the checklist: folded how it stands, open what the law asks, what was found where, and what the lawyer says of it. */
export function EntryCard({ id, paper, entry, current, open, fold, saved }: Props) {
  const { t, i18n } = useWords()
  const f = useFormat()
  const may = useMay()
  const client = useQueryClient()
  const act = useAct()
  const [writing, setWriting] = useState<Assessment>()
  const name = useSectionName(paper)
  const own = `entry-${entry.key}`
  const writes = paper.open && may('assessVendorPaper')
  const say = async (assessment?: Assessment, note?: string) => {
    const done = await act.run(async () => saved(await assess(id, paper.head.id, entry, assessment, note), t(assessment ? `paper.assessment.${assessment}` : 'paper.notAssessed')))
    if (done) {
      setWriting(undefined)
      requestAnimationFrame(() => goTo(own))
    } else void client.invalidateQueries({ queryKey: paperQuery(id, paper.head.id).queryKey }) // what another said
  }
  return (
    <article id={own} tabIndex={-1} aria-labelledby={`${own}-name`} className={`k-change${current ? ' k-change--current' : ''}`}>
      <details className="k-fold" open={open} onToggle={(event) => fold(event.currentTarget.open)}>
        <summary>
          <h3 id={`${own}-name`}>{i18n.language === 'en' ? entry.en : entry.da}</h3>
          <span className="k-change__tags">
            {entry.assessment ? <Tag {...acts[entry.assessment]}>{t(`paper.assessment.${entry.assessment}`)}</Tag> : <Tag tone="attention">{t('paper.notAssessed')}</Tag>}
            <Tag tone={sureness[entry.confidence]} icon="search">{t(`paper.confidence.${entry.confidence}`)}</Tag>
            {entry.against && <Tag tone="overdue">{t('paper.against')}</Tag>}
            {entry.disagree && <Tag tone="attention">{t('paper.disagree')}</Tag>}
          </span>
        </summary>
        <p><Link to="/negotiations/$id/papers/$paper" params={{ id: String(id), paper: String(paper.head.id) }} search={(old) => ({ ...old, entry: entry.key })} resetScroll={false} replace>{entry.reference}</Link></p>
        {entry.confidence === 'not_found' && <p>{t('paper.notFoundHelp')}</p>}
        <ul className="k-plain">
          {entry.findings.map((x, i) => (
            <li key={i}>
              <p className="k-paper__where">{[t('paper.where', { where: name(x.section) }), x.page && t('paper.page', { page: x.page }), x.heading && t('paper.headingOnly')].filter(Boolean).join(', ')}{': '}<span className="k-quiet">{t(x.against ? 'paper.against' : `paper.confidence.${x.confidence}`)}</span></p>
              <blockquote dir="auto" lang={paper.language === 'unknown' ? undefined : paper.language}>{x.excerpt}</blockquote>
            </li>
          ))}
        </ul>
        {entry.values.length > 0 && <Values values={entry.values} />}
        {entry.assessment && (
          <div className="k-change__decided">
            {entry.note !== '' && <p dir="auto">{entry.note}</p>}
            <p className="k-quiet">{[entry.assessedBy, entry.assessedAt && f.dateTime(entry.assessedAt)].filter(Boolean).join(', ')}</p>
          </div>
        )}
        {act.error && writing === undefined && <ErrorState error={act.error} focus />}
        {writes && !writing && (
          <div className="k-change__acts">
            {order.map((a) => <button key={a} type="button" className="k-decide" aria-pressed={entry.assessment === a} aria-describedby={`${own}-name`} onClick={() => { act.clear(); if (wantsNote(entry, a) || entry.note !== '') setWriting(a); else void say(a) }}><Icon name={acts[a].icon} />{t(`paper.assessment.${a}`)}</button>)}
            {entry.assessment && <button type="button" className="k-textbutton" aria-describedby={`${own}-name`} onClick={() => { act.clear(); setWriting(entry.assessment) }}>{t(entry.note === '' ? 'paper.addNote' : 'paper.editNote')}</button>}
            {entry.assessment && <button type="button" className="k-textbutton" aria-describedby={`${own}-name`} onClick={() => void say()}>{t('paper.undo')}</button>}
          </div>
        )}
        {writing && <NoteForm entry={entry} assessment={writing} act={act} send={(note) => say(writing, note)} close={() => { act.clear(); setWriting(undefined); requestAnimationFrame(() => goTo(own)) }} />}
      </details>
    </article>
  )
}

/** What is lacking, or where it stands; a word besides where the assessment wants none. */
function NoteForm({ entry, assessment, act, send, close }: { entry: PaperEntry; assessment: Assessment; act: ReturnType<typeof useAct>; send: (note: string) => Promise<void>; close: () => void }) {
  const { t } = useWords()
  const [note, setNote] = useState(entry.note)
  const [attempt, setAttempt] = useState(0)
  const [box, onEscape] = useOpened(close)
  const field = `note-${entry.key}`
  const wanted = wantsNote(entry, assessment)
  const empty = wanted && note.trim() === ''
  const lacking = attempt > 0 && empty
  useUnsaved(!act.sending && note !== entry.note, 'entry')
  const submit = (event: SyntheticEvent) => {
    event.preventDefault()
    setAttempt(attempt + 1)
    if (!empty) void send(note.trim())
  }
  return (
    <form ref={box} className="k-change__form" noValidate onSubmit={submit} onKeyDown={(event) => { sendOnCtrlEnter(event); onEscape(event) }} aria-label={t(`paper.assessment.${assessment}`)}>
      <ErrorSummary mistakes={lacking ? [{ field, message: t('paper.noteRequired') }] : []} attempt={attempt} />
      {act.error && <ErrorState error={act.error} focus />}
      <Field id={field} label={t('paper.note')} hint={t(!wanted ? 'paper.noteHint.free' : assessment === 'fulfilled' ? 'paper.noteHint.fulfilled' : 'paper.noteHint.insufficient')} error={lacking ? t('paper.noteRequired') : undefined} optional={!wanted}>
        {(props) => <textarea {...props} className="form-input" rows={3} maxLength={4000} dir="auto" value={note} onChange={(event) => setNote(event.target.value)} />}
      </Field>
      <p className="k-actions">
        <button type="submit" className="button button-primary" aria-disabled={act.sending}>{t('paper.save')}</button>
        <button type="button" className="button button-secondary" onClick={close}>{t('paper.cancel')}</button>
      </p>
    </form>
  )
}

type Named = 'deletion_choice' | 'subprocessors_authorisation' | 'subprocessors_request_days' | 'subprocessors_notice_days' | 'subprocessors_objection_days' | 'transfer_allowed' | 'breach_hours'
type Chosen = 'general' | 'specific' | 'either' | 'return' | 'delete' | 'no' | 'yes' | 'conditions' | 'undue_delay'

function Values({ values }: { values: PaperValue[] }) {
  const { t } = useWords()
  const reads = (v: PaperValue) => {
    if (v.choice) return t(`paper.choice.${v.choice as Chosen}`)
    if (v.amount === undefined) return t('paper.noAmount')
    return t(v.field.endsWith('hours') ? 'paper.hours' : 'paper.days', { n: v.amount })
  }
  return (
    <dl className="k-change__words k-paper__values" aria-label={t('paper.values')}>
      {values.map((v, i) => (
        <div key={i}>
          <dt>{t(`paper.field.${v.field.replaceAll('.', '_') as Named}`)}</dt>
          <dd><strong>{reads(v)}</strong>{!v.choice && <span className="k-quiet" dir="auto"> “{v.text}”</span>}</dd>
        </div>
      ))}
    </dl>
  )
}
