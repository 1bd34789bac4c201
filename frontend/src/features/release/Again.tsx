import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { api, unwrap } from '../../api/client'
import { useWords } from '../../i18n'
import { ErrorState } from '../../ui/states'
import { useAct } from '../../ui/useAct'

/** Makes the papers anew of those that have not concluded, as work of its own. */
export function Again({ agreement }: { agreement: number }) {
  const { t } = useWords()
  const client = useQueryClient()
  const navigate = useNavigate()
  const act = useAct()
  const send = () => act.run(async () => {
    const made = await unwrap(api.POST('/api/v1/agreements/{id}/again', { params: { path: { id: agreement } }, body: {} }))
    for (const key of ['agreements', 'accessions']) void client.invalidateQueries({ queryKey: [key] })
    await navigate({ to: '/batches/$id', params: { id: String(made.id) } })
  })
  return (
    <section className="k-section" aria-labelledby="again">
      <h2 id="again">{t('batch.again')}</h2>
      <p className="k-quiet">{t('batch.againHelp')}</p>
      {act.error && <ErrorState error={act.error} focus />}
      <button type="button" className="button button-secondary" disabled={act.sending} onClick={() => void send()}>{t('batch.againSend')}</button>
    </section>
  )
}
