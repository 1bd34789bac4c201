import { useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { api, unwrap, type Schemas } from '../api/client'
import { useWords } from '../i18n'
import { useMay } from '../session'
import { CheckLine } from './CheckLine'
import { fieldId } from './ClauseText'
import { ErrorState } from './states'
import { useAct } from './useAct'

/** Agreed clauses that were written to other answers: each is confirmed by itself, or its answer put back. */
export function OutdatedClauses({ agreement, clauses }: { agreement: number; clauses: Schemas['OutdatedClause'][] }) {
  return clauses.map((c) => <Outdated key={c.key} agreement={agreement} clause={c} />)
}

function Outdated({ agreement, clause }: { agreement: number; clause: Schemas['OutdatedClause'] }) {
  const { t } = useWords()
  const may = useMay()
  const client = useQueryClient()
  const act = useAct()
  const confirm = () => act.run(async () => {
    try {
      await unwrap(api.POST('/api/v1/agreements/{id}/confirmations', { params: { path: { id: agreement } }, body: { key: clause.key, seen: clause.seen } }))
      document.querySelector('h1')?.focus() // the line goes with its button
    } finally { // refused, it is of a text that has changed
      for (const key of [['agreements', agreement], ['negotiations']]) void client.invalidateQueries({ queryKey: key })
    }
  })
  return (
    <CheckLine tone="stop" title={t('release.outdated', { number: clause.number })} body={t('release.outdatedBody')}>
      <ul>{clause.moved.map((m) => <li key={m.path}>{t('release.outdatedWas', { label: m.label, was: m.was || t('release.outdatedNone'), is: m.is || t('release.outdatedNone') })} {may('getAgreement') && <Link to="/agreements/$id" params={{ id: String(agreement) }} hash={fieldId(m.path)}>{t('release.toAnswer')}</Link>}</li>)}</ul>
      {act.error && <ErrorState error={act.error} focus />}
      {may('confirmClause') && <p><button type="button" className="button button-secondary" aria-disabled={act.sending} onClick={() => void confirm()}>{t('release.outdatedConfirm')}</button></p>}
    </CheckLine>
  )
}
