import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { api, unwrap, type Schemas } from '../../api/client'
import { useWords } from '../../i18n'
import { ErrorSummary, Field, sendOnCtrlEnter } from '../../ui/form'
import { ErrorState } from '../../ui/states'
import { useUnsaved } from '../../ui/unsaved'
import { useAct } from '../../ui/useAct'
import type { Todo } from './queries'

interface Props {
  todo: Todo
  done: (task: Todo) => Promise<void>
}
type Colleague = Schemas['TaskColleague']
const verdicts: Schemas['TaskVerdict'][] = ['recommend', 'advise_against', 'neutral']

/** What the one who was asked says: one choice, and why. Said already, it is corrected, with a way back. */
export function AnswerForm({ todo, done, back }: Props & { back?: () => void }) {
  const { t } = useWords()
  const act = useAct()
  const said = todo.asked?.answer ?? ''
  const [verdict, setVerdict] = useState(todo.asked?.verdict)
  const [note, setNote] = useState(said)
  const [missing, setMissing] = useState(0)
  useUnsaved(note !== said)
  const send = () => {
    if (!verdict) return setMissing(missing + 1)
    const sent = { params: { path: { id: todo.id } }, body: { verdict, note } }
    void act.run(async () => done(await unwrap(back ? api.PUT('/api/v1/tasks/{id}/answer', sent) : api.POST('/api/v1/tasks/{id}/answer', sent))))
  }
  const by = todo.asked?.by ?? ''
  const wrong = missing > 0 && !verdict
  const reason = act.says('note')
  const mistakes = wrong ? [{ field: 'verdict-recommend', message: t('tasks.answerMissing') }] : reason ? [{ field: 'answer-note', message: reason }] : []
  return (
    <section className="k-section" aria-labelledby="answer">
      <h2 id="answer">{t('tasks.answer')}</h2>
      {todo.asked?.note ? <><p>{t('tasks.question', { by })}</p><blockquote className="k-said">{todo.asked.note}</blockquote></> : <p>{t('tasks.questionEmpty', { by })}</p>}
      <form className="k-form" noValidate onKeyDown={sendOnCtrlEnter} onSubmit={(event) => { event.preventDefault(); send() }}>
        <ErrorSummary mistakes={mistakes} attempt={missing + act.attempt} />
        {act.error && !reason && <ErrorState error={act.error} />}
        <fieldset className={`form-group k-field${wrong ? ' form-error' : ''}`}>
          <legend className="form-label">{t('tasks.answerLegend')}</legend>
          <div className="k-radio">
            {verdicts.map((v) => (
              <label key={v} className="k-check" htmlFor={`verdict-${v}`}>
                <input type="radio" name="verdict" id={`verdict-${v}`} checked={verdict === v} onChange={() => { setVerdict(v); act.clear() }} />
                <span>{t(`tasks.verdict.${v}`)}</span>
              </label>
            ))}
          </div>
        </fieldset>
        <Field id="answer-note" label={t('tasks.answerNote')} error={reason} optional={verdict !== 'advise_against'}>
          {(props) => <textarea {...props} className="form-input" rows={4} maxLength={4000} value={note} onChange={(event) => { setNote(event.target.value); act.clear() }} />}
        </Field>
        <div className="k-actions">
          <button type="submit" className="button button-primary" aria-disabled={act.sending}>{t(back ? 'tasks.correctSend' : 'tasks.answerSend')}</button>
          {back && <button type="button" className="button button-secondary" onClick={back}>{t('tasks.correctLeave')}</button>}
        </div>
      </form>
    </section>
  )
}

function Who({ id, label, hint, people, value, error, onChange }: { id: string; label: string; hint?: string; people: Colleague[]; value: number; error?: string; onChange: (id: number) => void }) {
  const { t } = useWords()
  return (
    <Field id={id} label={label} hint={hint} error={error}>
      {(props) => (
        <select {...props} className="form-select" value={value} onChange={(event) => onChange(Number(event.target.value))}>
          <option value={0}>{t('tasks.choose')}</option>
          {people.map((c) => <option key={c.id} value={c.id}>{c.name}</option>)}
        </select>
      )}
    </Field>
  )
}

/** A question to the owner of a system concerned. */
export function AskForm({ todo, owners, done }: Props & { owners: Colleague[] }) {
  const { t } = useWords()
  const act = useAct()
  const first = owners.length === 1 ? owners[0]?.id ?? 0 : 0
  const [user, setUser] = useState(first)
  const [note, setNote] = useState('')
  const [missing, setMissing] = useState(false)
  useUnsaved(note !== '')
  const send = () => {
    setMissing(user === 0)
    if (user !== 0) void act.run(async () => done(await unwrap(api.POST('/api/v1/tasks/{id}/question', { params: { path: { id: todo.id } }, body: { user, note } }))))
  }
  return (
    <section aria-labelledby="ask">
      <h2 id="ask">{t('tasks.ask')}</h2>
      {owners.length === 0 ? (
        <p>{t('tasks.noOwner')} <Link to="/our-systems">{t('tasks.noOwnerLink')}</Link></p>
      ) : (
        <form noValidate onKeyDown={sendOnCtrlEnter} onSubmit={(event) => { event.preventDefault(); send() }}>
          {act.error && <ErrorState error={act.error} />}
          <Who id="ask-who" label={t('tasks.askWho')} hint={t('tasks.askHelp')} people={owners} value={user} error={missing ? t('tasks.chooseMissing') : undefined} onChange={setUser} />
          <Field id="ask-note" label={t('tasks.askNote')} optional>
            {(props) => <textarea {...props} className="form-input" rows={3} maxLength={2000} value={note} onChange={(event) => setNote(event.target.value)} />}
          </Field>
          <button type="submit" className="button button-secondary" aria-disabled={act.sending}>{t('tasks.askSend')}</button>
        </form>
      )}
    </section>
  )
}

/** Makes another colleague responsible. */
export function GiveForm({ todo, people, done }: Props & { people: Colleague[] }) {
  const { t } = useWords()
  const act = useAct()
  const [user, setUser] = useState(0)
  const [missing, setMissing] = useState(false)
  const send = () => {
    setMissing(user === 0)
    if (user !== 0) {
      void act.run(async () => {
        await done(await unwrap(api.PUT('/api/v1/tasks/{id}/responsible', { params: { path: { id: todo.id } }, body: { user } })))
        setUser(0)
      })
    }
  }
  return (
    <section aria-labelledby="give">
      <h2 id="give">{t('tasks.give')}</h2>
      <form noValidate onSubmit={(event) => { event.preventDefault(); send() }}>
        {act.error && <ErrorState error={act.error} />}
        <Who id="give-to" label={t('tasks.giveTo')} people={people} value={user} error={missing ? t('tasks.chooseMissing') : undefined} onChange={setUser} />
        <button type="submit" className="button button-secondary" aria-disabled={act.sending}>{t('tasks.giveSend')}</button>
      </form>
    </section>
  )
}
