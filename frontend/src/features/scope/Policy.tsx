import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { policyAddress, policyQuery } from '../../api/policy'
import { useFormat, useWords } from '../../i18n'
import { useMay } from '../../session'
import { ErrorState, Skeleton } from '../../ui/states'
import { Tag } from '../../ui/Tag'

/** The dated numbers behind the rule, with their source; a new one is set on the number's own page. */
export function Policy() {
  const { t } = useWords()
  const f = useFormat()
  const may = useMay()
  const query = useQuery(policyQuery)
  const rows = query.data?.items.find((n) => n.key === 'supervision.threshold')?.values
  return (
    <section className="k-section" aria-labelledby="policy">
      <h2 id="policy">{t('scope.policy')}</h2>
      {rows === undefined ? (
        query.error ? <ErrorState error={query.error} retry={() => void query.refetch()} /> : <Skeleton lines={2} />
      ) : (
        <table className="k-texttable">
          <caption className="sr-only">{t('scope.policy')}</caption>
          <thead>
            <tr><th scope="col">{t('scope.policyFrom')}</th><th scope="col">{t('scope.policyValue')}</th><th scope="col">{t('scope.policySource')}</th></tr>
          </thead>
          <tbody>
            {rows.map((n) => (
              <tr key={n.from}>
                <td>{f.date(n.from)}</td>
                <td>{f.number(n.value)}</td>
                <td>{[n.source, n.by].filter(Boolean).join(' · ')} {n.unconfirmed && <Tag tone="attention">{t('scope.unconfirmed')}</Tag>}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <p><Link to="/policy-numbers/$key" params={policyAddress('supervision.threshold')}>{may('setPolicyNumber') ? t('scope.policyAdd') : t('scope.policyMore')}</Link></p>
    </section>
  )
}
