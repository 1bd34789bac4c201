import { useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { api, unwrap, type Schemas } from '../../api/client'
import { useFormat, useWords } from '../../i18n'
import { useMay } from '../../session'
import { Alert } from '../../ui/Alert'
import { Stale } from '../../ui/Stale'
import { ErrorState } from '../../ui/states'
import { useAct } from '../../ui/useAct'

type Detail = Schemas['AccessionDetail']

/** The legal party of the paper: as the register had it on the day of the offer. */
export function Party({ detail }: { detail: Detail }) {
  const { t } = useWords()
  const f = useFormat()
  const may = useMay()
  const client = useQueryClient()
  const act = useAct()
  const { party } = detail
  const { id, organisation, missingAddress } = detail.accession
  const refresh = () => act.run(async () => {
    client.setQueryData(['accessions', id], await unwrap(api.POST('/api/v1/accessions/{id}/party', { params: { path: { id }, header: { 'If-Match': `"${detail.version}"` } } })))
  })
  return (
    <section aria-labelledby="party">
      <h2 id="party">{t('accession.party')}</h2>
      <p className="k-quiet">{t('accession.partyHelp')}</p>
      <address>
        <strong>{party.name}</strong><br />
        {`CVR ${f.cvr(party.cvr)}`}<br />
        {party.address}
      </address>
      {missingAddress && (
        <Alert kind="warning">
          <p>{t('accession.missingAddress')}</p>
          {may('getOrganisation') && <p><Link to="/organisations/$id" params={{ id: String(organisation.id) }}>{t('accession.missingAddressLink')}</Link></p>}
        </Alert>
      )}
      {act.stale && <Stale detail={act.stale} reload={() => { act.clear(); void client.refetchQueries({ queryKey: ['accessions', id] }) }} />}
      {act.error && <ErrorState error={act.error} />}
      {detail.editable && may('refreshAccessionParty') && <p><button type="button" className="k-textbutton" disabled={act.sending} onClick={() => void refresh()}>{t('accession.partyRefresh')}</button></p>}
    </section>
  )
}
