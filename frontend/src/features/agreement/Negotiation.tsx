import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { api, unwrap } from '../../api/client'
import { useWords } from '../../i18n'
import { useMay } from '../../session'
import { ErrorState } from '../../ui/states'
import { useAct } from '../../ui/useAct'

/** The way to the negotiation of an agreement; the first time it is started. */
export function Negotiation({ agreement, draft }: { agreement: number; draft: boolean }) {
  const { t } = useWords()
  const may = useMay()
  const navigate = useNavigate()
  const client = useQueryClient()
  const act = useAct()
  const { data } = useQuery({
    queryKey: ['negotiations', 'list', 'of', agreement],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/negotiations', { params: { query: { agreement } }, signal })),
    enabled: may('listNegotiations'),
  })
  const last = data?.items[0]
  if (last) return <Link to="/negotiations/$id" params={{ id: String(last.id) }} className="button button-secondary">{t('negotiating.open')}</Link>
  if (!data || !draft || !may('startNegotiation')) return null
  const start = () => act.run(async () => {
    const made = await unwrap(api.POST('/api/v1/agreements/{id}/negotiation', { params: { path: { id: agreement } } }))
    client.setQueryData(['negotiations', made.negotiation.id], made)
    void client.invalidateQueries({ queryKey: ['negotiations', 'list'] })
    await navigate({ to: '/negotiations/$id', params: { id: String(made.negotiation.id) } })
  })
  return (
    <>
      <button type="button" className="button button-secondary" aria-disabled={act.sending} onClick={() => void start()}>{t('negotiating.start')}</button>
      {act.error && <ErrorState error={act.error} />}
    </>
  )
}
