import { useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useRef, useState } from 'react'
import { api, unwrap, type Schemas } from '../../api/client'
import { useWords } from '../../i18n'
import { useMay } from '../../session'
import { Icon } from '../../ui/Icon'
import { Stale } from '../../ui/Stale'
import { ErrorState } from '../../ui/states'
import { useAct } from '../../ui/useAct'
import { ticked } from './ticks'

type Detail = Schemas['AccessionDetail']

/** The systems: chosen by the organisation while it can, one click each. A tick moves at once; what is ticked while another is on its way follows it. */
export function Covers({ detail }: { detail: Detail }) {
  const { t } = useWords()
  const may = useMay()
  const client = useQueryClient()
  const act = useAct()
  const id = detail.accession.id
  const [wanted, setWanted] = useState<number[]>()
  const [last, setLast] = useState(false)
  const newest = useRef<number[]>(undefined)
  const chosen = wanted ?? detail.systems.map((s) => s.number)
  const choose = detail.editable && may('coverAccessionSystems') && detail.offered.length > 1 && detail.accession.kind !== 'amendment'
  const save = async () => {
    await act.run(async () => {
      let { version } = detail
      for (let sent: number[] | undefined; newest.current && newest.current !== sent;) {
        sent = newest.current
        const now: Detail = await unwrap(api.PUT('/api/v1/accessions/{id}/systems', { params: { path: { id }, header: { 'If-Match': `"${version}"` } }, body: { systems: sent } }))
        version = now.version
        client.setQueryData(['accessions', id], now)
      }
    })
    newest.current = undefined
    setWanted(undefined)
  }
  const turn = (number: number, on: boolean) => {
    const now = ticked(detail.offered.map((s) => s.number), chosen, number, on)
    setLast(now === undefined)
    if (!now) return
    const running = newest.current !== undefined
    newest.current = now
    setWanted(now)
    if (!running) void save()
  }
  return (
    <section aria-labelledby="systems">
      <h2 id="systems">{t('accession.systems')}</h2>
      {act.stale && <Stale detail={act.stale} reload={() => { act.clear(); void client.refetchQueries({ queryKey: ['accessions', id] }) }} />}
      {act.error && <ErrorState error={act.error} />}
      {choose ? (
        <fieldset className="k-choices" aria-describedby={last ? 'systems-last' : undefined}>
          <legend className="k-quiet">{t('accession.systemsHelp')}</legend>
          {last && <p className="form-error-message" id="systems-last" role="alert"><Icon name="error" /> {t('accession.systemsLast')}</p>}
          {detail.offered.map((s) => (
            <label key={s.number} className="k-check">
              <input type="checkbox" checked={chosen.includes(s.number)} onChange={(event) => turn(s.number, event.target.checked)} />
              <span>{s.name}</span>
            </label>
          ))}
          <p className="k-field__foot" role="status" data-saving={wanted ? true : undefined}>{wanted && t('common.saving')}</p>
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
