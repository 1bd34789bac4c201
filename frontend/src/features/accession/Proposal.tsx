import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, unwrap, type Schemas } from '../../api/client'
import { useFormat, useWords } from '../../i18n'
import { useMay } from '../../session'
import { Alert } from '../../ui/Alert'
import { CheckLine } from '../../ui/CheckLine'
import { fieldId } from '../../ui/ClauseText'
import { Field } from '../../ui/form'
import { goTo } from '../../ui/goTo'
import { ErrorState } from '../../ui/states'
import { useAct } from '../../ui/useAct'
import { useActName } from './states'
import { wants } from './wants'

type Detail = Schemas['AccessionDetail']

/** A step that the secretariat proposes: nothing has happened until the municipality confirms it. */
export function Proposal({ detail }: { detail: Detail }) {
  const { t } = useWords()
  const f = useFormat()
  const may = useMay()
  const client = useQueryClient()
  const act = useAct()
  const [refusing, setRefusing] = useState(false)
  const [answer, setAnswer] = useState('')
  const name = useActName(detail)
  const p = detail.proposal
  if (!p) return null
  const made = { who: p.by ?? t('accession.secretariat'), when: f.dateTime(p.at) }
  const open = wants(detail, p.act)
  const stopped = open.facts.length > 0 || open.address
  const path = { id: detail.accession.id, proposal: p.id }
  const took = (now: Detail) => {
    client.setQueryData(['accessions', path.id], now)
    void client.invalidateQueries({ queryKey: ['accessions'] })
    void client.invalidateQueries({ queryKey: ['tasks'] })
    void client.invalidateQueries({ queryKey: ['desk'] })
  }
  const decide = (confirm: boolean) => act.run(async () => {
    took(await unwrap(api.POST('/api/v1/accessions/{id}/proposals/{proposal}/decision', { params: { path }, body: { confirm, ...(answer.trim() && { answer: answer.trim() }) } })))
  })
  const withdraw = () => act.run(async () => {
    took(await unwrap(api.DELETE('/api/v1/accessions/{id}/proposals/{proposal}', { params: { path } })))
  })
  return (
    <Alert kind="info" heading={t('accession.proposal.heading', { act: name(p.act).toLowerCase() })}>
      <p>{p.on ? t('accession.proposal.line', { ...made, on: f.date(p.on) }) : t('accession.proposal.lineOpen', made)}</p>
      {p.reason && <p>{p.reason}</p>}
      {stopped && <Wanted detail={detail} open={open} />}
      {act.error && <ErrorState error={act.error} />}
      {may('decideAccessionProposal') && (
        <>
          {refusing && (
            <Field id="proposal-answer" label={t('accession.proposal.answer')} error={act.says('answer')}>
              {(props) => <textarea {...props} className="form-input" rows={2} maxLength={2000} value={answer} onChange={(event) => setAnswer(event.target.value)} />}
            </Field>
          )}
          <div className="k-actions">
            {!refusing && <button type="button" className="button button-primary" disabled={act.sending || stopped} onClick={() => void decide(true)}>{t('accession.proposal.confirm')}</button>}
            <button type="button" className="button button-secondary" disabled={act.sending} onClick={() => (refusing ? void decide(false) : setRefusing(true))}>{t('accession.proposal.refuse')}</button>
            {refusing && <button type="button" className="k-textbutton" onClick={() => setRefusing(false)}>{t('accession.leave')}</button>}
          </div>
        </>
      )}
      {may('withdrawAccessionProposal') && detail.acts.length > 0 && <p>{t('accession.proposal.first')}</p>}
      {may('withdrawAccessionProposal') && <button type="button" className="button button-secondary" disabled={act.sending} onClick={() => void withdraw()}>{t('accession.proposal.withdraw')}</button>}
    </Alert>
  )
}

/** What the municipality must say before it can confirm; each line leads to its field. */
function Wanted({ detail, open }: { detail: Detail; open: ReturnType<typeof wants> }) {
  const { t } = useWords()
  const may = useMay()
  const answers = may('answerAccession') && detail.editable
  return (
    <ul className="k-act__checks">
      {open.facts.length > 0 && (
        <CheckLine tone="stop" title={t(may('decideAccessionProposal') ? 'accession.factsOpen' : 'accession.factsOpenOffice', { count: open.facts.length })} body={t(may('decideAccessionProposal') ? 'accession.factsFirstOwn' : 'accession.factsFirst')}>
          {open.facts.map((path) => {
            const label = detail.fields.find((x) => x.path === path)?.label ?? path
            const id = fieldId(path)
            return <p key={path}>{answers ? <a href={`#${id}`} onClick={(event) => { event.preventDefault(); goTo(id) }}>{label}</a> : label}</p>
          })}
        </CheckLine>
      )}
      {open.address && <CheckLine tone="stop" title={t('accession.missingAddress')}><p><a href="#party">{t('accession.party')}</a></p></CheckLine>}
    </ul>
  )
}
