import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Schemas } from '../../api/client'
import { useList } from '../../api/list'
import { useFormat, useWords } from '../../i18n'
import { DataTable, type Column } from '../../ui/DataTable'
import { PageHeading } from '../../ui/PageHeading'
import { Empty, ErrorState, Loaded, Skeleton } from '../../ui/states'
import { Tag } from '../../ui/Tag'
import { erasuresPage } from './queries'

type Rule = Schemas['PersonRule']
type Entry = Schemas['Erasure']

/** What was erased by which rule, and the rules with their source. */
export default function ErasuresPage() {
  const { t } = useWords()
  const f = useFormat()
  const [pages, setPages] = useState(1)
  const list = useList(['erasures'], erasuresPage, pages)
  const rules = useQuery({ queryKey: ['erasures', 'rules'], queryFn: ({ signal }) => erasuresPage(undefined, signal) })
  const words: Record<string, string> = {
    'person.anonymise': t('erasures.key.anonymise'), 'session.forget': t('erasures.key.forget'), 'contact.erase': t('erasures.key.contact'),
    'access.review': t('erasures.key.review'), 'access.review_due': t('erasures.key.reviewDue'),
  }
  const ruleColumns: Column<Rule>[] = [
    { id: 'rule', head: t('erasures.rule'), main: true, cell: (r) => words[r.key] ?? r.key },
    { id: 'period', head: t('erasures.period'), cell: (r) => t(`erasures.${r.unit}`, { count: r.amount }) },
    { id: 'from', head: t('erasures.from'), cell: (r) => f.date(r.from) },
    { id: 'source', head: t('erasures.source'), cell: (r) => <>{r.source} {r.unconfirmed && <Tag tone="attention">{t('erasures.unconfirmed')}</Tag>}</> },
  ]
  const columns: Column<Entry>[] = [
    { id: 'what', head: t('erasures.what'), main: true, cell: (e) => (e.what === 'person' ? t('erasures.person', { number: e.user ?? '' }) : t(`erasures.${e.what}`)) },
    { id: 'at', head: t('erasures.at'), cell: (e) => f.dateTime(e.at) },
    { id: 'rule', head: t('erasures.rule'), cell: (e) => `${words[e.rule] ?? e.rule}, ${t('organisation.from', { from: f.date(e.ruleFrom) })}` },
    { id: 'entries', head: t('erasures.entries'), numeric: true, cell: (e) => f.number(e.entries) },
  ]
  return (
    <>
      <PageHeading title={t('erasures.title')} lead={t('erasures.lead')} />
      <section aria-labelledby="rules">
        <h2 id="rules">{t('erasures.rulesTitle')}</h2>
        <Loaded query={rules}>{(found) => <DataTable caption={t('erasures.rulesCaption')} columns={ruleColumns} rows={found.rules} rowKey={(r) => r.key + r.from} />}</Loaded>
      </section>
      <section className="k-section" aria-labelledby="log">
        <h2 id="log">{t('erasures.logTitle')}</h2>
        {list.rows === undefined ? (
          list.error ? <ErrorState error={list.error} retry={() => void list.refetch()} /> : <Skeleton lines={4} />
        ) : list.rows.length === 0 ? (
          <Empty why={t('erasures.empty')} help={t('erasures.emptyHelp')} />
        ) : (
          <>
            <DataTable caption={t('erasures.logCaption')} columns={columns} rows={list.rows} rowKey={(e) => e.id} />
            {list.hasMore && <button type="button" className="button button-secondary" onClick={() => setPages((n) => n + 1)}>{t('erasures.more')}</button>}
          </>
        )}
      </section>
    </>
  )
}
