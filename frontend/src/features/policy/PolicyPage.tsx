import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { policyAddress, policyQuery, type PolicyNumber, type PolicyValue } from '../../api/policy'
import { useFormat, useWords } from '../../i18n'
import { isOffice, useMay, useMe } from '../../session'
import { DataTable, type Column } from '../../ui/DataTable'
import { Facts } from '../../ui/Facts'
import { PageHeading } from '../../ui/PageHeading'
import { Loaded, NotFoundPage } from '../../ui/states'
import { Tag, type Tone } from '../../ui/Tag'
import { NewValue } from './NewValue'
import { useAmount } from './useAmount'

const tones: Record<PolicyValue['state'], Tone> = { was: 'none', applies: 'ok', ahead: 'waiting' }

/** One number: what applies, the values it has had and is to have, and a form for the next one. */
export default function PolicyPage() {
  const { key } = useParams({ from: '/inside/policy-numbers/$key' })
  const query = useQuery(policyQuery)
  return (
    <Loaded query={query}>
      {(found) => {
        const number = found.items.find((n) => policyAddress(n.key).key === key)
        return number ? <Page key={key} number={number} /> : <NotFoundPage />
      }}
    </Loaded>
  )
}

function Page({ number: n }: { number: PolicyNumber }) {
  const { t } = useWords()
  const f = useFormat()
  const may = useMay()
  const amount = useAmount()
  const office = isOffice(useMe())
  const now = n.values.find((v) => v.state === 'applies')
  const unconfirmed = <Tag tone="attention">{t('scope.unconfirmed')}</Tag>
  const setBy = (v: PolicyValue) => (v.by ? `${v.by}, ${f.dateTime(v.set)}` : t('policy.shipped'))
  const columns: (Column<PolicyValue> | false)[] = [
    { id: 'from', head: t('policy.from'), main: true, cell: (v) => f.date(v.from) },
    { id: 'value', head: t('policy.amount'), cell: (v) => amount(n, v.value) },
    { id: 'state', head: t('policy.stateLabel'), cell: (v) => <Tag tone={tones[v.state]}>{t(`policy.state.${v.state}`)}</Tag> },
    { id: 'source', head: t('policy.source'), cell: (v) => <span>{v.source} {v.unconfirmed && unconfirmed}</span> },
    office && { id: 'by', head: t('policy.by'), cell: setBy },
  ]
  return (
    <>
      <PageHeading kicker={<Link to="/policy-numbers">{t('frame.policy')}</Link>} title={t(`policy.name.${n.key}`)} lead={t(`policy.help.${n.key}`)} />
      <Facts
        items={[
          { label: t('policy.value'), value: now ? <strong>{amount(n, now.value)}</strong> : t('policy.never') },
          now && { label: t('policy.since'), value: f.date(now.from) },
          now && { label: t('policy.source'), value: <>{now.source} {now.unconfirmed && unconfirmed}</> },
          now && office && { label: t('policy.by'), value: setBy(now) },
        ]}
      />
      <section className="k-section" aria-labelledby="course">
        <h2 id="course">{t('policy.course')}</h2>
        {n.values.length === 0 ? <p className="k-quiet">{t('policy.courseNone')}</p> : <DataTable caption={t('policy.course')} columns={columns.filter((c) => c !== false)} rows={n.values} rowKey={(v) => v.from} />}
      </section>
      {may('setPolicyNumber') && <NewValue number={n} />}
    </>
  )
}
