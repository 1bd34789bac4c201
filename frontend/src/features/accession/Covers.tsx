import { useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { api, unwrap, type Schemas } from '../../api/client'
import { useWords } from '../../i18n'
import { useMay } from '../../session'
import { Stale } from '../../ui/Stale'
import { ErrorState } from '../../ui/states'
import { useAct } from '../../ui/useAct'

type Detail = Schemas['AccessionDetail']

/** The systems: chosen by the organisation while it can, one click each. */
export function Covers({ detail }: { detail: Detail }) {
  const { t } = useWords()
  const may = useMay()
  const client = useQueryClient()
  const act = useAct()
  const id = detail.accession.id
  const chosen = new Set(detail.systems.map((s) => s.number))
  const choose = detail.editable && may('coverAccessionSystems') && detail.offered.length > 1 && detail.accession.kind !== 'amendment'
  const turn = (number: number, on: boolean) => act.run(async () => {
    const systems = detail.offered.map((s) => s.number).filter((n) => (n === number ? on : chosen.has(n)))
    const now = await unwrap(api.PUT('/api/v1/accessions/{id}/systems', { params: { path: { id }, header: { 'If-Match': `"${detail.version}"` } }, body: { systems } }))
    client.setQueryData(['accessions', id], now)
  })
  return (
    <section aria-labelledby="systems">
      <h2 id="systems">{t('accession.systems')}</h2>
      {act.stale && <Stale detail={act.stale} reload={() => { act.clear(); void client.refetchQueries({ queryKey: ['accessions', id] }) }} />}
      {act.error && <ErrorState error={act.error} />}
      {choose ? (
        <fieldset className="k-choices">
          <legend className="k-quiet">{t('accession.systemsHelp')}</legend>
          {detail.offered.map((s) => (
            <label key={s.number} className="k-check">
              <input type="checkbox" checked={chosen.has(s.number)} disabled={act.sending} onChange={(event) => void turn(s.number, event.target.checked)} />
              <span>{s.name}</span>
            </label>
          ))}
        </fieldset>
      ) : detail.systems.length === 0 ? (
        <p className="k-quiet">{t('accession.systemsEmpty')}</p>
      ) : (
        <>
          {detail.accession.kind === 'amendment' && <p className="k-quiet">{t('amendment.coversHelp')}</p>}
          <ul className="k-rows">
            {detail.systems.map((s) => <li key={s.number}><Link to="/systems/$number" params={{ number: String(s.number) }}>{s.name}</Link></li>)}
          </ul>
        </>
      )}
    </section>
  )
}
