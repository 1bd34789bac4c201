import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useWords } from '../../../i18n'
import { Loaded } from '../../../ui/states'
import { Comparison } from '../Comparison'
import { sourceComparisonQuery, sourceQuery } from './queries'

/** What a newer file changes in the version before. */
export default function SourceComparePage() {
  const { t } = useWords()
  const { id } = useParams({ from: '/inside/templates/sources/$id/compare' })
  const navigate = useNavigate()
  const { all } = useSearch({ from: '/inside/templates/sources/$id/compare' })
  const detail = useQuery(sourceQuery(Number(id))).data
  return (
    <Loaded query={useQuery(sourceComparisonQuery(Number(id)))}>
      {(c) => (
        <Comparison comparison={c} fields={detail?.fields} title={t('source.compareTitle')} lead={t('source.compareLead')}
          kicker={<Link to="/templates/sources/$id" params={{ id }}>{detail?.source.fileName ?? t('source.toSource')}</Link>}
          all={all === 1} setAll={(next) => void navigate({ to: '/templates/sources/$id/compare', params: { id }, search: { all: next ? 1 : undefined }, replace: true, resetScroll: false })} />
      )}
    </Loaded>
  )
}
