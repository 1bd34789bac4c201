import { useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { api, fileHref, unwrap, type Schemas } from '../../api/client'
import { useFormat, useWords } from '../../i18n'
import { parseDate } from '../../i18n/format'
import { useMay } from '../../session'
import { DayField } from '../../ui/DayField'
import { Excel } from '../../ui/Download'
import { Scrolled } from '../../ui/Scrolled'
import { ErrorState } from '../../ui/states'
import { Tag } from '../../ui/Tag'
import { useAct } from '../../ui/useAct'
import { ClauseText } from '../../ui/ClauseText'
import { partyTone } from './hearingTone'

type Detail = Schemas['HearingDetail']

/** What everybody said: who answered, facts summed, remarks in the order of the text. */
export function HearingResult({ detail }: { detail: Detail }) {
  const { t } = useWords()
  const f = useFormat()
  const may = useMay()
  const h = detail.hearing
  const figures = detail.figures
  const labels = new Map(detail.choices.map((c) => [c.value, c.label]))
  return (
    <>
      {figures && (
        <dl className="k-figures">
          <div><dt>{t('hearing.figure.sent', { total: f.number(figures.asked) })}</dt><dd>{f.number(figures.sent)}</dd></div>
          <div><dt>{t('hearing.figure.none')}</dt><dd>{f.number(figures.noRemarks)}</dd></div>
          <div><dt>{t(h.over ? 'hearing.figure.silent' : 'hearing.figure.waiting')}</dt><dd>{f.number(h.over ? figures.silent : figures.asked - figures.sent)}</dd></div>
          <div><dt>{t('hearing.figure.persons', { count: figures.personsBy, formatted: f.number(figures.personsBy) })}</dt><dd>{f.number(figures.persons)}</dd></div>
        </dl>
      )}
      {h.over && figures && figures.silent > 0 && <p>{t('hearing.silentCounted', { count: figures.silent, formatted: f.number(figures.silent) })}</p>}
      <Acts detail={detail} />
      <section className="k-section" aria-labelledby="remarks">
        <h2 id="remarks">{t('hearing.remarksAll', { count: detail.remarks?.length ?? 0 })}</h2>
        {(detail.remarks ?? []).length === 0 && <p className="k-quiet">{t('hearing.remarksAllNone')}</p>}
        <ul className="k-plain">
          {detail.remarks?.map((r, i, all) => (
            <li key={`${r.clause}-${r.organisation.id}`} className="k-said">
              {all[i - 1]?.clause !== r.clause && <h3>{[r.number, r.heading].filter(Boolean).join(' ')}</h3>}
              <p><strong>{r.organisation.name}</strong></p>
              <p dir="auto" className="k-said__text">{r.text}</p>
            </li>
          ))}
        </ul>
      </section>
      {figures && figures.categories.length > 0 && (
        <section className="k-section" aria-labelledby="categories">
          <h2 id="categories">{t('hearing.categoriesAll')}</h2>
          <table className="k-table k-table--compact k-table--narrow">
            <thead><tr><th scope="col">{t('hearing.category')}</th><th scope="col" className="k-num">{t('hearing.by')}</th></tr></thead>
            <tbody>{figures.categories.map((c) => <tr key={c.value}><th scope="row">{c.label}</th><td className="k-num" data-label={t('hearing.by')}>{f.number(c.parties)}</td></tr>)}</tbody>
          </table>
        </section>
      )}
      <section className="k-section" aria-labelledby="parties">
        <div className="k-progressline">
          <h2 id="parties">{t('hearing.parties', { count: detail.parties.length, formatted: f.number(detail.parties.length) })}</h2>
          {may('exportHearing') && <Excel href={fileHref(`/api/v1/hearings/${h.id}/export`, {})} />}
        </div>
        <table className="k-table">
          <thead>
            <tr>
              <th scope="col">{t('hearing.party')}</th><th scope="col">{t('hearing.state')}</th><th scope="col" className="k-num">{t('hearing.personsShort')}</th>
              <th scope="col">{t('hearing.category')}</th><th scope="col">{t('hearing.remark')}</th>
            </tr>
          </thead>
          <tbody>
            {detail.parties.map((p) => (
              <tr key={p.organisation.id}>
                <th scope="row" className="k-main"><Link to="/organisations/$id" params={{ id: String(p.organisation.id) }}>{p.organisation.name}</Link></th>
                <td data-label={t('hearing.state')}><div className="k-cell"><Tag tone={partyTone[p.state]}>{p.noRemarks ? t('hearing.noRemarks') : t(`hearing.partyState.${p.state}`)}</Tag>{p.sent && <div className="k-quiet">{[f.date(p.sent), p.sentBy].filter(Boolean).join(' · ')}</div>}</div></td>
                <td data-label={t('hearing.personsShort')} className="k-num">{p.persons === undefined ? '–' : f.number(p.persons)}</td>
                <td data-label={t('hearing.category')}>{p.categories?.map((c) => labels.get(c) ?? c).join(', ') ?? '–'}</td>
                <td data-label={t('hearing.remark')} dir="auto">{p.remark ?? '–'}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <details className="k-more-form">
        <summary>{t('hearing.showText')}</summary>
        <Scrolled as="div" className="k-bench__text k-bench__text--whole"><ClauseText clauses={detail.clauses} slots={new Map(detail.slots.map((x) => [x.path, x]))} /></Scrolled>
      </details>
    </>
  )
}

/** Prolong it, end it, or hold another round. */
function Acts({ detail }: { detail: Detail }) {
  const { t } = useWords()
  const may = useMay()
  const client = useQueryClient()
  const act = useAct()
  const [day, setDay] = useState('')
  const h = detail.hearing
  if (!may('closeHearing')) return null
  if (h.closed) return <p><Link to="/agreements/$id/hearing" params={{ id: String(h.agreementId) }} className="button button-secondary">{t('hearing.again')}</Link></p>
  const path = { params: { path: { id: h.id } } }
  const settle = (made: Detail) => {
    client.setQueryData(['hearings', h.id], made)
    void client.invalidateQueries({ queryKey: ['hearings', 'list'] })
    void client.invalidateQueries({ queryKey: ['agreements'] })
  }
  const prolong = (to: string) => act.run(async () => { settle(await unwrap(api.POST('/api/v1/hearings/{id}/prolong', { ...path, body: { deadline: to } }))); setDay('') })
  const close = () => act.run(async () => settle(await unwrap(api.POST('/api/v1/hearings/{id}/close', path))))
  const typed = parseDate(day)
  return (
    <div className="k-section">
      {act.error && <ErrorState error={act.error} focus />}
      <details className="k-more-form">
        <summary>{t('hearing.prolong')}</summary>
        <form noValidate onSubmit={(event) => { event.preventDefault(); if (typed) void prolong(typed) }}>
          <DayField id="prolong" label={t('hearing.prolongTo')} value={day} onChange={setDay} error={act.says('deadline')} />
          <button type="submit" className="button button-secondary" disabled={typed === undefined}>{t('hearing.prolongSend')}</button>
        </form>
      </details>
      <details className="k-more-form">
        <summary>{t('hearing.close')}</summary>
        <p>{t('hearing.closeHelp')}</p>
        <button type="button" className="button button-secondary" aria-disabled={act.sending} onClick={() => void close()}>{t('hearing.closeSend')}</button>
      </details>
    </div>
  )
}
