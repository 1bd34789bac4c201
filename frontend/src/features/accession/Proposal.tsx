import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, unwrap, type Schemas } from '../../api/client'
import { useFormat, useWords } from '../../i18n'
import { useMay } from '../../session'
import { Alert } from '../../ui/Alert'
import { Field } from '../../ui/form'
import { ErrorState } from '../../ui/states'
import { useAct } from '../../ui/useAct'
import { useActName } from './states'

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
      <p>{t('accession.proposal.line', { who: p.by ?? t('accession.secretariat'), when: f.dateTime(p.at), on: f.date(p.on) })}</p>
      {p.reason && <p>{p.reason}</p>}
      {act.error && <ErrorState error={act.error} />}
      {may('decideAccessionProposal') && (
        <>
          {refusing && (
            <Field id="proposal-answer" label={t('accession.proposal.answer')} error={act.says('answer')}>
              {(props) => <textarea {...props} className="form-input" rows={2} maxLength={2000} value={answer} onChange={(event) => setAnswer(event.target.value)} />}
            </Field>
          )}
          <div className="k-actions">
            {!refusing && <button type="button" className="button button-primary" disabled={act.sending} onClick={() => void decide(true)}>{t('accession.proposal.confirm')}</button>}
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
