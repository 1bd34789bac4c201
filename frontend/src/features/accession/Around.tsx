import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, unwrap, type Schemas } from '../../api/client'
import { useFormat, useWords } from '../../i18n'
import { parseDate } from '../../i18n/format'
import { useMay } from '../../session'
import { DayField } from '../../ui/DayField'
import { Field, sendOnCtrlEnter } from '../../ui/form'
import { MoreExist } from '../../ui/MoreExist'
import { Scrolled } from '../../ui/Scrolled'
import { Stale } from '../../ui/Stale'
import { ErrorState } from '../../ui/states'
import { useAct } from '../../ui/useAct'
import { useUnsaved } from '../../ui/unsaved'

type Detail = Schemas['AccessionDetail']

/** Whom the organisation has authorised, with the days it holds: annex B.1 is frozen as at signing. */
export function Subprocessors({ detail }: { detail: Detail }) {
  const { t } = useWords()
  const f = useFormat()
  const cell = (head: 'number' | 'country' | 'purpose' | 'from' | 'to', said: string | undefined) => <td role="cell" data-label={t(`accession.sub.${head}`)}><div className="k-cell" dir="auto">{said || '–'}</div></td>
  return (
    <section className="k-section" aria-labelledby="subprocessors">
      <h2 id="subprocessors">{t('accession.subprocessors')}</h2>
      {detail.subprocessors.length === 0 ? (
        <p className="k-quiet">{detail.accession.state === 'in_force' ? t('accession.subprocessorsNone') : t('accession.subprocessorsLater')}</p>
      ) : (
        <Scrolled as="div" role="group" aria-labelledby="subprocessors">
          <table role="table" className="table k-table">
            <caption className="sr-only">{t('accession.subprocessors')}</caption>
            <thead role="rowgroup"><tr role="row">{(['name', 'number', 'country', 'purpose', 'from', 'to'] as const).map((h) => <th key={h} role="columnheader" scope="col">{t(`accession.sub.${h}`)}</th>)}</tr></thead>
            <tbody role="rowgroup">
              {detail.subprocessors.map((s) => (
                <tr key={`${s.name}${s.number ?? ''}${s.from}`} role="row">
                  <th role="rowheader" scope="row" className="k-main" dir="auto">{s.name}</th>
                  {cell('number', s.number)}
                  {cell('country', s.country && s.country.length === 2 ? f.country(s.country) : s.country)}
                  {cell('purpose', s.purpose)}
                  {cell('from', f.date(s.from))}
                  {cell('to', s.to ? f.date(s.to) : t('accession.sub.still'))}
                </tr>
              ))}
            </tbody>
          </table>
        </Scrolled>
      )}
    </section>
  )
}

/** Clause 4.1: later instructions are documented and kept with the agreement. */
export function Instructions({ detail }: { detail: Detail }) {
  const { t } = useWords()
  const f = useFormat()
  const may = useMay()
  return (
    <section className="k-section" aria-labelledby="instructions">
      <h2 id="instructions">{t('accession.instructions')}</h2>
      <p className="k-quiet">{t('accession.instructionsHelp')}</p>
      {detail.instructions.length > 0 && (
        <ol className="k-course">
          {detail.instructions.map((i) => (
            <li key={i.id}>
              <span className="k-course__on">{f.date(i.on)}</span>
              <span className="k-quiet">{[i.to && t('accession.instructionTo', { to: i.to }), t('accession.instructionBy', { who: i.by ?? t('accession.nobody'), when: f.dateTime(i.recorded) })].filter(Boolean).join(' · ')}</span>
              <p className="k-course__why">{i.wording}</p>
            </li>
          ))}
        </ol>
      )}
      <MoreExist shown={detail.instructions.length} more={detail.moreInstructions} />
      {may('instructAccession') && <Instruct id={detail.accession.id} />}
    </section>
  )
}

function Instruct({ id }: { id: number }) {
  const { t } = useWords()
  const client = useQueryClient()
  const act = useAct()
  const [open, setOpen] = useState(false)
  const [wording, setWording] = useState('')
  const [to, setTo] = useState('')
  const [on, setOn] = useState('')
  useUnsaved(wording !== '', 'instruction')
  const day = on.trim() === '' ? undefined : parseDate(on)
  const send = () => act.run(async () => {
    const now = await unwrap(api.POST('/api/v1/accessions/{id}/instructions', { params: { path: { id } }, body: { wording, ...(to.trim() && { to: to.trim() }), ...(day && { on: day }) } }))
    client.setQueryData(['accessions', id], now)
    setWording('')
    setTo('')
    setOn('')
    setOpen(false)
  })
  if (!open) return <button type="button" className="button button-secondary" onClick={() => setOpen(true)}>{t('accession.instruct')}</button>
  return (
    <form className="k-form" noValidate onKeyDown={sendOnCtrlEnter} onSubmit={(event) => { event.preventDefault(); void send() }}>
      {act.error && <ErrorState error={act.error} focus />}
      <Field id="wording" label={t('accession.instruction')} error={act.says('wording')}>
        {(props) => <textarea {...props} className="form-input" rows={4} value={wording} onChange={(event) => setWording(event.target.value)} />}
      </Field>
      <Field id="given-to" label={t('accession.instructionGivenTo')} optional>
        {(props) => <input {...props} className="form-input" maxLength={200} value={to} onChange={(event) => setTo(event.target.value)} />}
      </Field>
      <DayField id="given-on" label={t('accession.instructionOn')} hint={t('accession.todayWhenEmpty')} error={act.says('on')} optional value={on} onChange={setOn} />
      <div className="k-actions">
        <button type="submit" className="button button-primary" disabled={wording.trim() === '' || act.sending}>{t('accession.instructSend')}</button>
        <button type="button" className="k-textbutton" onClick={() => setOpen(false)}>{t('accession.leave')}</button>
      </div>
    </form>
  )
}

/** The organisation's own case number, kept whatever the state. */
export function CaseNumber({ detail }: { detail: Detail }) {
  const { t } = useWords()
  const may = useMay()
  const client = useQueryClient()
  const act = useAct()
  const id = detail.accession.id
  const kept = detail.accession.caseNumber ?? ''
  const [typed, setTyped] = useState(kept)
  if (!may('sayAccessionCase')) return <span>{kept || t('common.notGiven')}</span>
  const save = () => {
    if (typed.trim() === kept) return
    void act.run(async () => {
      client.setQueryData(['accessions', id], await unwrap(api.PUT('/api/v1/accessions/{id}/case-number', { params: { path: { id }, header: { 'If-Match': `"${detail.version}"` } }, body: { caseNumber: typed.trim() } })))
    })
  }
  return (
    <>
      <input className="form-input k-field--short" aria-label={t('accession.caseNumber')} maxLength={100} value={typed} onChange={(event) => setTyped(event.target.value)} onBlur={save} onKeyDown={(event) => { if (event.key === 'Enter') save() }} />
      {act.stale && <Stale detail={act.stale} reload={() => { act.clear(); void client.refetchQueries({ queryKey: ['accessions', id] }) }} />}
      {act.error && <ErrorState error={act.error} />}
    </>
  )
}
