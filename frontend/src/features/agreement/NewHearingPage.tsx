import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { useState, type SyntheticEvent } from 'react'
import { agreementQuery } from '../../api/agreements'
import { api, unwrap, type Schemas } from '../../api/client'
import { useFormat, useWords } from '../../i18n'
import { parseDate } from '../../i18n/format'
import { Alert } from '../../ui/Alert'
import { DayField } from '../../ui/DayField'
import { ErrorSummary, Field, sendOnCtrlEnter, type Mistake } from '../../ui/form'
import { Icon } from '../../ui/Icon'
import { PageHeading } from '../../ui/PageHeading'
import { ErrorState, Loaded } from '../../ui/states'
import { useUnsaved } from '../../ui/unsaved'
import { useAct } from '../../ui/useAct'
import { hearingPlanQuery } from './hearingQueries'

/** A draft is sent to hearing: what is asked, whom, and until when. */
export default function NewHearingPage() {
  const { id } = useParams({ from: '/inside/agreements/$id/hearing' })
  const detail = useQuery(agreementQuery(Number(id)))
  const plan = useQuery(hearingPlanQuery(Number(id)))
  return <Loaded key={id} query={detail}>{(d) => <Loaded query={plan}>{(p) => <Page detail={d} plan={p} />}</Loaded>}</Loaded>
}

function Page({ detail, plan }: { detail: Schemas['AgreementDetail']; plan: Schemas['HearingPlan'] }) {
  const { t } = useWords()
  const a = detail.agreement
  const stopped = a.state !== 'draft' ? t('release.already') : plan.open ? t('hearing.already') : undefined
  return (
    <div className="k-act">
      <PageHeading kicker={<Link to="/agreements/$id" params={{ id: String(a.id) }}>{a.title}</Link>} title={t('hearing.newTitle')} lead={stopped ? undefined : t('hearing.newLead')} />
      {stopped ? (
        <Alert kind="info">
          <p>{stopped}</p>
          {plan.open && <p><Link to="/hearings/$id" params={{ id: String(plan.open.id) }}>{t('hearing.toHearing')}</Link></p>}
        </Alert>
      ) : <Form agreement={a.id} plan={plan} />}
    </div>
  )
}

function Form({ agreement, plan }: { agreement: number; plan: Schemas['HearingPlan'] }) {
  const { t } = useWords()
  const f = useFormat()
  const navigate = useNavigate()
  const client = useQueryClient()
  const act = useAct()
  const using = plan.parties.filter((p) => p.uses).map((p) => p.organisation.id)
  const [question, setQuestion] = useState<string>(t('hearing.questionStart'))
  const [deadline, setDeadline] = useState('')
  const [chosen, setChosen] = useState(() => new Set(using))
  const [attempt, setAttempt] = useState(0)
  const day = parseDate(deadline)
  useUnsaved(deadline !== '', 'vendor')
  const late = act.says('deadline') && t('hearing.deadlinePast') // the words of the refusal speak of a deadline that is moved
  const mistakes: Mistake[] = attempt === 0 ? [] : [
    ...(question.trim() === '' ? [{ field: 'question', message: t('hearing.questionRequired') }] : []),
    ...(day === undefined ? [{ field: 'deadline', message: t('hearing.deadlineRequired') }] : []),
    ...(late ? [{ field: 'deadline', message: late }] : []),
    ...(chosen.size === 0 ? [{ field: `party-${plan.parties[0]?.organisation.id}`, message: t('hearing.partiesRequired') }] : []),
  ]
  const send = async (event: SyntheticEvent) => {
    event.preventDefault()
    setAttempt((n) => n + 1)
    if (question.trim() === '' || day === undefined || chosen.size === 0) return
    await act.run(async () => {
      const made = await unwrap(api.POST('/api/v1/agreements/{id}/hearings', { params: { path: { id: agreement } }, body: { question, deadline: day, organisations: [...chosen] } }))
      client.setQueryData(['hearings', made.hearing.id], made)
      void client.invalidateQueries({ queryKey: ['hearings'] })
      void client.invalidateQueries({ queryKey: ['agreements'] })
      await navigate({ to: '/hearings/$id', params: { id: String(made.hearing.id) }, ignoreBlocker: true })
    })
  }
  const said = (field: string) => mistakes.find((m) => m.field === field)?.message
  return (
    <form className="k-form" noValidate onSubmit={(event) => void send(event)} onKeyDown={sendOnCtrlEnter}>
      <ErrorSummary mistakes={mistakes} attempt={attempt + act.attempt} />
      <Field id="question" label={t('hearing.question')} hint={t('hearing.questionHint')} error={said('question') ?? act.says('question')}>
        {(props) => <textarea {...props} className="form-input" rows={4} maxLength={4000} value={question} onChange={(event) => setQuestion(event.target.value)} />}
      </Field>
      <DayField id="deadline" label={t('hearing.deadline')} hint={t('hearing.deadlineHint')} value={deadline} onChange={(typed) => { setDeadline(typed); act.clear() }} error={said('deadline')} />
      <fieldset className="k-choices">
        <legend>{t('hearing.who')}</legend>
        <p className="k-quiet">{t('hearing.whoHint', { count: using.length, formatted: f.number(using.length) })}</p>
        <p className="k-actions">
          <button type="button" className="k-textbutton" onClick={() => setChosen(new Set(using))}>{t('hearing.whoUses')}</button>
          <button type="button" className="k-textbutton" onClick={() => setChosen(new Set(plan.parties.map((p) => p.organisation.id)))}>{t('hearing.whoAll')}</button>
          <button type="button" className="k-textbutton" onClick={() => setChosen(new Set())}>{t('hearing.whoNone')}</button>
        </p>
        <div className="k-checklist k-checklist--columns">
          {[...plan.parties.filter((p) => p.uses), ...plan.parties.filter((p) => !p.uses)].map(({ organisation: o, uses }) => (
            <label key={o.id} className="k-check" htmlFor={`party-${o.id}`}>
              <input id={`party-${o.id}`} type="checkbox" checked={chosen.has(o.id)} onChange={(event) => {
                const next = new Set(chosen)
                if (event.target.checked) next.add(o.id)
                else next.delete(o.id)
                setChosen(next)
              }} />
              <span>{o.name}{uses && <span className="k-quiet"> · {t('hearing.uses')}</span>}</span>
            </label>
          ))}
        </div>
      </fieldset>
      {act.error && !late && <ErrorState error={act.error} focus />}
      <button type="submit" className="button button-primary" aria-disabled={act.sending}><Icon name="send" />{t('hearing.send', { count: chosen.size, formatted: f.number(chosen.size) })}</button>
    </form>
  )
}
