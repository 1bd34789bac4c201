import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useMemo } from 'react'
import { policyAddress, policyQuery, type PolicyNumber } from '../../api/policy'
import { useFormat, useWords } from '../../i18n'
import { isOffice, useMe } from '../../session'
import { DataTable, type Column } from '../../ui/DataTable'
import { PageHeading } from '../../ui/PageHeading'
import { Loaded } from '../../ui/states'
import { Tag } from '../../ui/Tag'
import { useAmount } from './useAmount'

/** Every number from law and policy: what applies, since when, who says so, and what is to come. */
export default function PolicyList() {
  const { t } = useWords()
  const query = useQuery(policyQuery)
  return (
    <>
      <PageHeading title={t('frame.policy')} lead={t('policy.lead')} />
      <Loaded query={query}>{(found) => <Numbers rows={found.items} />}</Loaded>
    </>
  )
}

function Numbers({ rows }: { rows: PolicyNumber[] }) {
  const { t } = useWords()
  const f = useFormat()
  const amount = useAmount()
  const office = isOffice(useMe())
  const columns = useMemo((): Column<PolicyNumber>[] => {
    const now = (n: PolicyNumber) => n.values.find((v) => v.state === 'applies')
    const next = (n: PolicyNumber) => n.values.findLast((v) => v.state === 'ahead')
    const all: (Column<PolicyNumber> | false)[] = [
      {
        id: 'name',
        head: t('policy.number'),
        main: true,
        cell: (n) => (
          <span className="k-task">
            <Link to="/policy-numbers/$key" params={policyAddress(n.key)}>{t(`policy.name.${n.key}`)}</Link>
            <span className="k-task__kind">{t(`policy.help.${n.key}`)}</span>
          </span>
        ),
      },
      {
        id: 'value',
        head: t('policy.value'),
        cell: (n) => {
          const v = now(n)
          const ahead = next(n)
          return (
            <span className="k-task">
              <strong>{v ? amount(n, v.value) : t('policy.never')}</strong>
              {ahead && <span><Tag tone="waiting">{t('policy.ahead', { value: amount(n, ahead.value), when: f.date(ahead.from) })}</Tag></span>}
            </span>
          )
        },
      },
      { id: 'from', head: t('policy.since'), cell: (n) => { const v = now(n); return v ? f.date(v.from) : '–' } },
      { id: 'source', head: t('policy.source'), cell: (n) => { const v = now(n); return v ? <span>{v.source} {v.unconfirmed && <Tag tone="attention">{t('scope.unconfirmed')}</Tag>}</span> : '–' } },
      office && { id: 'by', head: t('policy.by'), cell: (n) => { const v = now(n); return v ? v.by ?? t('policy.shipped') : '–' } },
    ]
    return all.filter((c) => c !== false)
  }, [amount, f, office, t])
  return <DataTable caption={t('policy.caption')} columns={columns} rows={rows} rowKey={(n) => n.key} />
}
