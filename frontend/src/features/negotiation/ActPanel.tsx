import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState, type SyntheticEvent } from 'react'
import { hearingsQuery } from '../../api/agreements'
import { useFormat, useWords } from '../../i18n'
import { useMay } from '../../session'
import { CheckLine } from '../../ui/CheckLine'
import { fieldId } from '../../ui/ClauseText'
import { ErrorSummary, Field, sendOnCtrlEnter } from '../../ui/form'
import { Stale } from '../../ui/Stale'
import { ErrorState } from '../../ui/states'
import { useAct } from '../../ui/useAct'
import { useOpened } from '../../ui/useOpened'
import { useUnsaved } from '../../ui/unsaved'
import { move, send, type Act, type Detail } from './queries'

export type Panel = Act | 'send'

interface Props {
  detail: Detail
  panel: Panel
  /** How many changes wait; the next round cannot go out, nor can it be agreed, before they are decided. */
  undecided: number
  toFirst: () => void
  reload: () => void
  close: () => void
  done: (detail: Detail, panel: Panel) => void
}

/** One act on the negotiation: what happens, what is asked, and one button that names it. */
export function ActPanel({ detail, panel, undecided, toFirst, reload, close, done }: Props) {
  const { t } = useWords()
  const f = useFormat()
  const act = useAct()
  const [text, setText] = useState(panel === 'end' || panel === 'take_over' ? detail.advice : '')
  const [attempt, setAttempt] = useState(0)
  const [box, onEscape] = useOpened(close)
  const asks = panel === 'send' ? 'note' : panel === 'end' || panel === 'take_over' ? 'advice' : undefined
  useUnsaved(text !== '' && text !== detail.advice && !act.sending)
  const waits = (panel === 'send' || panel === 'agree') && undecided > 0
  const open = panel === 'send' || panel === 'agree' ? (detail.unanswered ?? []) : []
  const stops = waits || (panel === 'agree' && open.length > 0)
  const lacks = panel === 'end' && text.trim() === ''
  const next = (detail.rounds[0]?.no ?? 0) + 1
  const submit = async (event: SyntheticEvent) => {
    event.preventDefault()
    setAttempt(attempt + 1)
    if (stops || lacks) return
    await act.run(async () => done(panel === 'send' ? await send(detail, text.trim()) : await move(detail, panel, asks && text.trim() !== '' ? text.trim() : undefined), panel))
  }
  const why = attempt > 0 && lacks ? t('negotiation.adviceRequired') : act.says(asks ?? '')
  const words = panel === 'send' ? t('negotiation.send', { no: next }) : t(`negotiation.move.${panel}`)
  return (
    <form ref={box} className="k-inset k-form" noValidate onSubmit={(event) => void submit(event)} onKeyDown={(event) => { sendOnCtrlEnter(event); onEscape(event) }} aria-labelledby="act">
      <h2 id="act" tabIndex={-1}>{words}</h2>
      <p>{panel === 'send' ? t('negotiation.sendHelp') : t(`negotiation.moveHelp.${panel}`)}</p>
      {act.stale && <Stale detail={act.stale} reload={reload} />}
      {act.error && <ErrorState error={act.error} focus />}
      <ErrorSummary mistakes={why ? [{ field: 'act-text', message: why }] : []} attempt={attempt} />
      <ul className="k-act__checks">
        {waits && (
          <CheckLine tone="stop" title={t('negotiation.mustDecide', { count: undecided, formatted: f.number(undecided) })} body={t('negotiation.mustDecideHelp')}>
            <button type="button" className="k-textbutton" onClick={toFirst}>{t('negotiation.toFirst')}</button>
          </CheckLine>
        )}
        {open.length > 0 && (
          <CheckLine tone={panel === 'agree' ? 'stop' : 'warn'} title={t('negotiation.open', { count: open.length, formatted: f.number(open.length) })} body={t(panel === 'agree' ? 'negotiation.openAgree' : 'negotiation.openSend')}>
            <ul className="k-columns">{open.map((field) => <li key={field.path}><Link to="/agreements/$id" params={{ id: String(detail.negotiation.agreementId) }} hash={fieldId(field.path)}>{field.label}</Link></li>)}</ul>
          </CheckLine>
        )}
        {(panel === 'agree' || (panel === 'send' && next === 1)) && <Heard agreement={detail.negotiation.agreementId} />}
      </ul>
      {asks && (
        <Field id="act-text" label={t(`negotiation.${asks}`)} hint={t(`negotiation.${asks}Hint`)} error={why} optional={panel !== 'end'}>
          {(props) => <textarea {...props} className="form-input" rows={5} maxLength={4000} dir="auto" value={text} onChange={(event) => setText(event.target.value)} />}
        </Field>
      )}
      <p className="k-actions">
        <button type="submit" className="button button-primary" disabled={stops} aria-disabled={act.sending}>{words}</button>
        <button type="button" className="button button-secondary" onClick={close}>{t('negotiation.cancel')}</button>
      </p>
    </form>
  )
}

/** The municipalities that use the system are heard before the first round and before it is agreed. */
function Heard({ agreement }: { agreement: number }) {
  const { t } = useWords()
  const may = useMay()
  const list = useQuery({ ...hearingsQuery(agreement), enabled: may('listHearings') }).data?.items
  if (!list) return null
  const open = list.find((h) => !h.closed)
  const last = open ?? list[0]
  if (!last) return <CheckLine tone="warn" title={t('negotiation.heardNot')} body={t('negotiation.heardNotHelp')}>{may('openHearing') && <Link to="/agreements/$id/hearing" params={{ id: String(agreement) }}>{t('hearing.toNew')}</Link>}</CheckLine>
  return <CheckLine tone={open ? 'warn' : 'ok'} title={t(open ? 'negotiation.heardOpen' : 'negotiation.heard')}><Link to="/hearings/$id" params={{ id: String(last.id) }}>{t('hearing.roundNo', { no: last.no })}</Link></CheckLine>
}
