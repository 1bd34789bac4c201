import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useId, useState, type ReactNode } from 'react'
import { api, unwrap, type Schemas } from '../../api/client'
import { useFormat, useWords } from '../../i18n'
import { parseDate } from '../../i18n/format'
import { isOffice, useMay, useMe } from '../../session'
import { Alert } from '../../ui/Alert'
import { DayField } from '../../ui/DayField'
import { ErrorSummary, Field, sendOnCtrlEnter, type Mistake } from '../../ui/form'
import { Stale } from '../../ui/Stale'
import { ErrorState } from '../../ui/states'
import { Tag } from '../../ui/Tag'
import { useAct } from '../../ui/useAct'
import { useUnsaved } from '../../ui/unsaved'
import { today, useChanged } from './AddressSection'
import { organisationChoice } from './queries'

type Organisation = Schemas['Organisation']
type Record = Schemas['OrganisationRecord']

/** From when to when the organisation is a member. */
export function MembershipSection({ organisation: o }: { organisation: Organisation }) {
  const { t } = useWords()
  const f = useFormat()
  const may = useMay()
  const on = today()
  return (
    <section className="k-section" aria-labelledby="membership">
      <h2 id="membership">{t('organisation.membershipTitle')}</h2>
      {o.memberships.length === 0 ? (
        <p className="k-quiet">{t('organisation.membershipNone')}</p>
      ) : (
        <ul className="k-rows">
          {o.memberships.map((m) => (
            <li key={m.from}>
              <span>{m.to ? t('organisation.fromTo', { from: f.date(m.from), to: f.date(m.to) }) : t('organisation.from', { from: f.date(m.from) })}</span>
              {m.from > on ? <Tag tone="waiting">{t('organisation.contactsLater')}</Tag> : m.to && m.to < on ? <Tag tone="none">{t('organisation.membershipEnded')}</Tag> : <Tag tone="ok">{t('organisation.membershipActive')}</Tag>}
            </li>
          ))}
        </ul>
      )}
      {(may('addMembership') || may('endMembership')) && (
        <>
          <p className="k-quiet">{t('organisation.membershipHelp')}</p>
          {may('endMembership') && o.memberships.some((m) => !m.to) && (
            <DayForm organisation={o} summary={t('organisation.endMembership')} button={t('organisation.endMembership')} days={['to']} send={([to = '']) =>
              unwrap(api.POST('/api/v1/organisations/{id}/memberships/end', { params: { path: { id: o.id }, header: { 'If-Match': `"${o.version}"` } }, body: { to } }))} />
          )}
          {may('addMembership') && (
            <DayForm organisation={o} summary={t('organisation.addMembershipTitle')} button={t('organisation.addMembership')} days={['from', 'to']} optional="to" send={([from = '', to]) =>
              unwrap(api.POST('/api/v1/organisations/{id}/memberships', { params: { path: { id: o.id }, header: { 'If-Match': `"${o.version}"` } }, body: { from, ...(to && { to }) } }))} />
          )}
        </>
      )}
    </section>
  )
}

interface DayFormProps {
  organisation: Organisation
  summary: string
  button: string
  days: ('from' | 'to')[]
  optional?: 'to'
  /** The days as ISO, in order. */
  send: (days: (string | undefined)[]) => Promise<Organisation>
  ready?: boolean
  saved?: string
  children?: ReactNode
}

/** A small act that needs a day or two: it stands closed until it is asked for. */
function DayForm({ organisation: o, summary, button, days, optional, send, ready = true, saved, children }: DayFormProps) {
  const { t } = useWords()
  const client = useQueryClient()
  const changed = useChanged()
  const act = useAct()
  const id = useId()
  const [typed, setTyped] = useState<{ from: string; to: string }>({ from: '', to: '' })
  const [tried, setTried] = useState(0)
  const [done, setDone] = useState(false)
  useUnsaved(typed.from.trim() !== '' || typed.to.trim() !== '')
  const label = (day: 'from' | 'to') => (day === 'from' ? t('organisation.timelineFrom') : t('organisation.to'))
  const wrong = (day: 'from' | 'to') => {
    if (tried > 0 && parseDate(typed[day]) === undefined && !(optional === day && typed[day].trim() === '')) return t('organisation.dayInvalid')
    return act.says(day)
  }
  const mistakes = days.flatMap((day): Mistake[] => {
    const message = wrong(day)
    return message ? [{ field: `${id}${day}`, message: `${label(day)}: ${message}` }] : []
  })
  const submit = async () => {
    setTried((n) => n + 1)
    setDone(false)
    const all = days.map((day) => parseDate(typed[day]))
    if (!ready || days.some((day, i) => all[i] === undefined && !(optional === day && typed[day].trim() === ''))) return
    const good = await act.run(async () => changed(await send(all)))
    if (!good) return
    setTyped({ from: '', to: '' })
    setTried(0)
    setDone(true)
  }
  return (
    <details className="k-more-form">
      <summary>{summary}</summary>
      <form className="k-form" noValidate onKeyDown={sendOnCtrlEnter} aria-label={summary} onSubmit={(event) => {
        event.preventDefault()
        void submit()
      }}>
        {act.stale && <Stale detail={act.stale} reload={() => { act.clear(); void client.invalidateQueries({ queryKey: ['organisations', o.id] }) }} />}
        {act.error && act.error.fields.length === 0 && <ErrorState error={act.error} />}
        <ErrorSummary mistakes={mistakes} attempt={tried + act.attempt} />
        {done && <Alert kind="success" role="status"><p>{saved ?? t('organisation.membershipSaved')}</p></Alert>}
        {children}
        <div className="k-form__row">
          {days.map((day) => (
            <DayField key={day} id={`${id}${day}`} label={label(day)} optional={optional === day} error={wrong(day)} value={typed[day]} onChange={(text) => setTyped((old) => ({ ...old, [day]: text }))} />
          ))}
        </div>
        <button type="submit" className="button button-secondary" aria-disabled={act.sending}>{button}</button>
      </form>
    </details>
  )
}

/** Who comes after whom, seen from both sides. */
export function SuccessorSection({ organisation: o, record }: { organisation: Organisation; record: Record }) {
  const { t } = useWords()
  const f = useFormat()
  const me = useMe()
  const may = useMay()
  const [successor, setSuccessor] = useState('')
  const [kind, setKind] = useState<Schemas['SuccessionKind']>('merger')
  const choice = useQuery({ ...organisationChoice, enabled: may('addSuccessor') })
  const name = (ref: Schemas['OrganisationRef']) => (isOffice(me) ? <Link to="/organisations/$id" params={{ id: String(ref.id) }}>{ref.name}</Link> : ref.name)
  const rows = [
    ...record.successors.map((s) => ({ ...s, word: t('organisation.succeededBy'), other: s.successor })),
    ...record.predecessors.map((s) => ({ ...s, word: t('organisation.succeeds'), other: s.organisation })),
  ]
  if (rows.length === 0 && !may('addSuccessor')) return null
  return (
    <section className="k-section" aria-labelledby="successor">
      <h2 id="successor">{t('organisation.successorTitle')}</h2>
      {rows.length === 0 ? (
        <p className="k-quiet">{t('organisation.successorNone')}</p>
      ) : (
        <ul className="k-rows">
          {rows.map((s) => (
            <li key={`${s.word}${s.other.id}`}>
              <span>{s.word} {name(s.other)}</span>
              <span className="k-quiet">{t(`organisation.successionKind.${s.kind}`)}, {t('organisation.from', { from: f.date(s.from) })}</span>
            </li>
          ))}
        </ul>
      )}
      {may('addSuccessor') && (
        <>
          <p className="k-quiet">{t('organisation.successorHelp')}</p>
          <DayForm organisation={o} summary={t('organisation.addSuccessor')} button={t('organisation.addSuccessor')} days={['from']} ready={successor !== ''} saved={t('organisation.successorSaved')} send={([from = '']) =>
            unwrap(api.POST('/api/v1/organisations/{id}/successors', { params: { path: { id: o.id }, header: { 'If-Match': `"${o.version}"` } }, body: { successor: Number(successor), from, kind } }))}>
            <Field id="successor-who" label={t('organisation.successor')}>
              {(props) => (
                <select {...props} className="form-select" required value={successor} onChange={(event) => setSuccessor(event.target.value)}>
                  <option value="">{t('agreement.field.choose')}</option>
                  {choice.data?.items.filter((x) => x.id !== o.id).map((x) => <option key={x.id} value={x.id}>{x.name}</option>)}
                </select>
              )}
            </Field>
            <Field id="successor-how" label={t('organisation.succession')}>
              {(props) => (
                <select {...props} className="form-select" value={kind} onChange={(event) => setKind(event.target.value as Schemas['SuccessionKind'])}>
                  {(['merger', 'split', 'rename'] as const).map((k) => <option key={k} value={k}>{t(`organisation.successionKind.${k}`)}</option>)}
                </select>
              )}
            </Field>
          </DayForm>
        </>
      )}
    </section>
  )
}
