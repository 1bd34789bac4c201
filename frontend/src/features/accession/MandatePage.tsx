import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, unwrap, type Schemas } from '../../api/client'
import { useList } from '../../api/list'
import { useFormat, useWords } from '../../i18n'
import { parseDate } from '../../i18n/format'
import { isOffice, useMay, useMe } from '../../session'
import { AgreementTabs } from '../../ui/AgreementTabs'
import { DayField } from '../../ui/DayField'
import { Field, sendOnCtrlEnter } from '../../ui/form'
import { PageHeading } from '../../ui/PageHeading'
import { Empty, ErrorState, Loaded, MoreButton } from '../../ui/states'
import { Tag } from '../../ui/Tag'
import { useAct } from '../../ui/useAct'
import { useUnsaved } from '../../ui/unsaved'

/** The button or the form that was used is gone: the heading takes the focus. */
const toHeading = () => document.querySelector<HTMLElement>('h1')?.focus()

const useMandates = () => useList(['mandates'], (cursor, signal) => unwrap(api.GET('/api/v1/mandates', { params: { query: { cursor } }, signal })))

/** Who lets the secretariat register in its place: given by the municipality, dated, taken back at any time. */
export default function MandatePage() {
  const { t } = useWords()
  const may = useMay()
  const office = isOffice(useMe())
  const list = useMandates()
  return (
    <>
      <AgreementTabs />
      <PageHeading title={t('mandate.title')} lead={office ? t('mandate.leadOffice') : t('mandate.lead')} />
      <Loaded query={{ data: list.rows, error: list.error, refetch: list.refetch }}>
        {(items) => (
          <>
            {items.length === 0 ? <Empty why={t('mandate.none')} help={office ? t('mandate.noneOffice') : t('mandate.noneHelp')} /> : (
              <ul className="k-rows k-section">{items.map((m) => <Row key={m.id} mandate={m} office={office} />)}</ul>
            )}
            {list.hasMore && <div className="k-more"><MoreButton list={list} /></div>}
            {may('giveMandate') && !items.some((m) => m.revoked === undefined && m.to === undefined) && <Give />}
          </>
        )}
      </Loaded>
    </>
  )
}

function Row({ mandate: m, office }: { mandate: Schemas['Mandate']; office: boolean }) {
  const { t } = useWords()
  const f = useFormat()
  const may = useMay()
  const client = useQueryClient()
  const act = useAct()
  const revoke = () => act.run(async () => {
    await unwrap(api.POST('/api/v1/mandates/{id}/revoke', { params: { path: { id: m.id } } }))
    await client.invalidateQueries({ queryKey: ['mandates'] })
    toHeading()
    void client.invalidateQueries({ queryKey: ['accessions'] })
  })
  return (
    <li>
      <div>
        <p className="k-actions">
          {m.revoked ? <Tag tone="none">{m.revokedBy ? t('mandate.over') : t('mandate.lapsed')}</Tag> : m.runs ? <Tag tone="ok">{t('mandate.runs')}</Tag> : m.over ? <Tag tone="none">{t('mandate.expired')}</Tag> : <Tag tone="waiting">{t('mandate.waits')}</Tag>}
          <strong className="k-capital">{[office && m.organisation.name, m.to ? t('organisation.fromTo', { from: f.date(m.from), to: f.date(m.to) }) : t('organisation.from', { from: f.date(m.from) })].filter(Boolean).join(', ')}</strong>
        </p>
        <p>{m.note}</p>
        <p className="k-quiet">{t('mandate.recorded', { who: m.by ?? t('accession.nobody'), when: f.dateTime(m.recorded) })}</p>
        {m.revoked && <p className="k-quiet">{m.revokedBy ? t('mandate.revoked', { who: m.revokedBy, when: f.dateTime(m.revoked) }) : t('mandate.lapsedOn', { when: f.dateTime(m.revoked) })}</p>}
        {act.error && <ErrorState error={act.error} />}
        {!m.revoked && !m.over && may('revokeMandate') && <button type="button" className="button button-secondary" disabled={act.sending} onClick={() => void revoke()}>{t('mandate.revoke')}</button>}
      </div>
    </li>
  )
}

function Give() {
  const { t } = useWords()
  const client = useQueryClient()
  const act = useAct()
  const [from, setFrom] = useState('')
  const [to, setTo] = useState('')
  const [note, setNote] = useState('')
  const [tried, setTried] = useState(false)
  useUnsaved(note !== '' || from !== '', 'mandate')
  const first = parseDate(from)
  const last = to.trim() === '' ? undefined : parseDate(to)
  const wrong = { from: tried && first === undefined, to: tried && to.trim() !== '' && last === undefined, note: tried && note.trim() === '' }
  const send = () => {
    setTried(true)
    if (first === undefined || (to.trim() !== '' && last === undefined) || note.trim() === '') return
    void act.run(async () => {
      await unwrap(api.POST('/api/v1/mandates', { body: { from: first, ...(last && { to: last }), note: note.trim() } }))
      setNote('')
      setFrom('')
      await client.invalidateQueries({ queryKey: ['mandates'] })
      toHeading()
      void client.invalidateQueries({ queryKey: ['accessions'] })
    })
  }
  return (
    <form className="k-form k-section" noValidate onKeyDown={sendOnCtrlEnter} onSubmit={(event) => { event.preventDefault(); send() }}>
      <h2>{t('mandate.give')}</h2>
      <p>{t('mandate.giveHelp')}</p>
      {act.error && <ErrorState error={act.error} focus />}
      <DayField id="from" label={t('mandate.from')} error={wrong.from ? t('agreement.field.dateInvalid') : act.says('from')} value={from} onChange={setFrom} />
      <DayField id="to" label={t('mandate.to')} error={wrong.to ? t('agreement.field.dateInvalid') : act.says('to')} optional value={to} onChange={setTo} />
      <Field id="note" label={t('mandate.note')} hint={t('mandate.noteHint')} error={wrong.note ? t('mandate.noteWanted') : act.says('note')}>
        {(props) => <textarea {...props} className="form-input" rows={3} maxLength={2000} value={note} onChange={(event) => setNote(event.target.value)} />}
      </Field>
      <button type="submit" className="button button-primary" disabled={act.sending}>{t('mandate.send')}</button>
    </form>
  )
}
