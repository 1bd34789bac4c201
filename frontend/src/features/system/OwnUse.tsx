import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { Schemas } from '../../api/client'
import { useFormat, useWords } from '../../i18n'
import { useMay } from '../../session'
import { Empty, ErrorState, Skeleton } from '../../ui/states'
import { UsageState } from '../../ui/UsageState'
import { ownUseQuery } from './queries'

/** What the own organisation says of its use, how its agreement stands, and where that is changed. */
export function OwnUse({ system }: { system: Schemas['SystemDetail'] }) {
  const { t } = useWords()
  const may = useMay()
  const query = useQuery(ownUseQuery(system.number))
  const rows = query.data
  return (
    <section aria-labelledby="use">
      <h2 id="use">{t('systemPage.use')}</h2>
      {rows === undefined ? (
        query.error ? <ErrorState error={query.error} retry={() => void query.refetch()} /> : <Skeleton lines={3} />
      ) : rows.length === 0 ? (
        <Empty why={t('systemPage.useNone')} help={may('changeUsages') ? undefined : t('systemPage.useNoneHelp')}
          action={may('changeUsages') ? <Link to="/our-systems" search={{ add: system.number }} className="button button-secondary">{t('systemPage.useAdd')}</Link> : undefined} />
      ) : (
        <>
          {rows.map((u) => <Usage key={u.id} u={u} />)}
          <p><Link to="/our-systems" search={{ q: String(system.number), period: 'all' }}>{t('systemPage.useAll')}</Link></p>
        </>
      )}
    </section>
  )
}

function Usage({ u }: { u: Schemas['Usage'] }) {
  const { t } = useWords()
  const f = useFormat()
  const line = (label: string, value: string | undefined) => value ? <div><dt>{label}</dt><dd>{value}</dd></div> : null
  return (
    <dl className="k-answers">
      <div><dt>{t('usage.field.agreement')}</dt><dd><UsageState u={u} /></dd></div>
      {line(t('systemPage.usePeriod'), u.to ? t('systemPage.periodBoth', { from: f.date(u.from), to: f.date(u.to) }) : t('systemPage.periodFrom', { from: f.date(u.from) }))}
      {line(t('usage.field.responsible'), u.responsible?.name)}
      {line(t('usage.field.owner'), u.owner?.name)}
      {line(t('systemPage.localName'), u.localName)}
      {line(t('systemPage.localOwner'), u.localOwner)}
      {line(t('systemPage.caseNumber'), u.caseNumber)}
      {line(t('systemPage.persons'), u.persons === undefined ? undefined : f.number(u.persons))}
    </dl>
  )
}
