import { useQueryClient } from '@tanstack/react-query'
import { useState, type SyntheticEvent } from 'react'
import { api, unwrap } from '../../api/client'
import { useList } from '../../api/list'
import { useFormat, useWords } from '../../i18n'
import { parseDate } from '../../i18n/format'
import { useMay } from '../../session'
import { DayField } from '../../ui/DayField'
import { ErrorSummary, Field, sendOnCtrlEnter, type Mistake } from '../../ui/form'
import { Icon } from '../../ui/Icon'
import { ErrorState, MoreButton, Skeleton } from '../../ui/states'
import { Tag } from '../../ui/Tag'
import { useAct } from '../../ui/useAct'
import { useUnsaved } from '../../ui/unsaved'
import { Mail } from './Mail'
import { MailDrop } from './MailDrop'
import type { Entry } from './queries'

/** What was said and what comes next, for the secretariat alone; newest first. */
export function Journal({ id }: { id: number }) {
  const { t } = useWords()
  const f = useFormat()
  const may = useMay()
  const client = useQueryClient()
  const act = useAct()
  const list = useList(['negotiations', id, 'entries'], (cursor, signal) =>
    unwrap(api.GET('/api/v1/negotiations/{id}/entries', { params: { path: { id }, query: { cursor } }, signal })))
  const again = () => {
    void client.invalidateQueries({ queryKey: ['negotiations', id, 'entries'] })
    void client.invalidateQueries({ queryKey: ['negotiations', id], exact: true })
    void client.invalidateQueries({ queryKey: ['negotiations', 'list'] })
  }
  const [fresh, setFresh] = useState<number>() // the mail that was put in just now
  const settle = (entry: Entry) => act.run(async () => {
    await unwrap(api.PUT('/api/v1/negotiation-entries/{id}/done', { params: { path: { id: entry.id } }, body: { done: !entry.doneAt } }))
    again()
  })
  return (
    <section className="k-section" aria-labelledby="journal">
      <h2 id="journal">{t('negotiation.journal')}</h2>
      <p className="k-quiet">{t('negotiation.journalLead')}</p>
      {may('addNegotiationEntry') && <Write id={id} done={again} />}
      {may('takeNegotiationMail') && <MailDrop id={id} known={list.rows?.map((e) => e.id) ?? []} done={(e) => { setFresh(e.id); again() }} />}
      {act.error && <ErrorState error={act.error} />}
      {!list.rows && (list.error ? <ErrorState error={list.error} retry={() => void list.refetch()} /> : <Skeleton lines={3} />)}
      {list.rows?.length === 0 && <p>{t('negotiation.journalNone')}</p>}
      <ul className="k-plain k-journal">
        {list.rows?.map((e) => (
          <li key={e.id}>
            <p className="k-change__tags">
              {e.mail && <Tag tone="none">{t('negotiation.mail')}</Tag>}
              {e.kind === 'next' && <Tag tone={e.doneAt ? 'ok' : 'attention'}>{e.doneAt ? t('negotiation.stepDone') : e.dueOn ? t('negotiation.stepOn', { day: f.date(e.dueOn) }) : t('negotiation.step')}</Tag>}
              <span className="k-quiet">{[e.madeBy, f.dateTime(e.madeAt)].filter(Boolean).join(', ')}</span>
              {e.doneAt && <span className="k-quiet">{t('negotiation.stepDoneBy', { who: e.doneBy ?? '', when: f.dateTime(e.doneAt) })}</span>}
              {e.kind === 'next' && may('settleNegotiationEntry') && <button type="button" className="k-textbutton" onClick={() => void settle(e)}>{t(e.doneAt ? 'negotiation.stepReopen' : 'negotiation.stepSettle')}<span className="sr-only">{`: ${e.text.slice(0, 60)}`}</span></button>}
            </p>
            {e.mail ? <Mail of={id} entry={e} mail={e.mail} open={e.id === fresh} /> : <p className="k-said__text" dir="auto">{e.text}</p>}
          </li>
        ))}
      </ul>
      {list.hasMore && <div className="k-more"><MoreButton list={list} /></div>}
    </section>
  )
}

function Write({ id, done }: { id: number; done: () => void }) {
  const { t } = useWords()
  const act = useAct()
  const [kind, setKind] = useState<'note' | 'next'>('note')
  const [text, setText] = useState('')
  const [due, setDue] = useState('')
  const [attempt, setAttempt] = useState(0)
  useUnsaved(text.trim() !== '')
  const day = kind === 'next' && due.trim() !== '' ? parseDate(due) : undefined
  const wrongDay = kind === 'next' && due.trim() !== '' && day === undefined
  const mistakes: Mistake[] = attempt === 0 ? [] : [
    ...(text.trim() === '' ? [{ field: 'entry-text', message: t('negotiation.entryRequired') }] : []),
    ...(wrongDay ? [{ field: 'entry-due', message: t('agreement.field.dateInvalid') }] : []),
  ]
  const send = async (event: SyntheticEvent) => {
    event.preventDefault()
    setAttempt(attempt + 1)
    if (text.trim() === '' || wrongDay) return
    const ok = await act.run(async () => {
      await unwrap(api.POST('/api/v1/negotiations/{id}/entries', { params: { path: { id } }, body: { kind, text: text.trim(), ...(day && { dueOn: day }) } }))
    })
    if (!ok) return
    setText('')
    setDue('')
    setAttempt(0)
    done()
  }
  return (
    <form className="k-form k-journal__form" noValidate onSubmit={(event) => void send(event)} onKeyDown={sendOnCtrlEnter} aria-labelledby="journal">
      <ErrorSummary mistakes={mistakes} attempt={attempt} />
      {act.error && <ErrorState error={act.error} />}
      <fieldset className="k-radio">
        <legend className="sr-only">{t('negotiation.entryKind')}</legend>
        {(['note', 'next'] as const).map((k) => <label key={k} className="k-check"><input type="radio" name="entry-kind" checked={kind === k} onChange={() => setKind(k)} /><span>{t(`negotiation.entryName.${k}`)}</span></label>)}
      </fieldset>
      <Field id="entry-text" label={t(`negotiation.entryText.${kind}`)} error={mistakes.find((m) => m.field === 'entry-text')?.message}>
        {(props) => <textarea {...props} className="form-input" rows={2} maxLength={4000} dir="auto" value={text} onChange={(event) => setText(event.target.value)} />}
      </Field>
      {kind === 'next' && <DayField id="entry-due" label={t('negotiation.entryDue')} optional error={attempt > 0 && wrongDay ? t('agreement.field.dateInvalid') : act.says('dueOn')} value={due} onChange={setDue} />}
      <button type="submit" className="button button-secondary" aria-disabled={act.sending}><Icon name="plus" />{t('negotiation.entrySend')}</button>
    </form>
  )
}
