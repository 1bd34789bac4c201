import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useMemo } from 'react'
import { fileHref, type Schemas } from '../../api/client'
import { useList } from '../../api/list'
import { useFormat, useWords } from '../../i18n'
import { isOffice, useMay, useMe } from '../../session'
import { AgreementTabs } from '../../ui/AgreementTabs'
import type { Column } from '../../ui/DataTable'
import { Icon } from '../../ui/Icon'
import { ListPage } from '../../ui/ListPage'
import type { Many } from '../../ui/many/useMany'
import { Tag } from '../../ui/Tag'
import { ownCount, ownPage } from './queries'

type Own = Schemas['OwnAgreement']

export default function OwnList() {
  const { t } = useWords()
  const f = useFormat()
  const may = useMay()
  const office = isOffice(useMe())
  const search = useSearch({ from: '/inside/own-agreements' })
  const navigate = useNavigate({ from: '/own-agreements' })
  const { q, kind, state, sort, pages } = search
  const filter = { q, kind, state }
  const list = useList(['own', 'list', { ...filter, sort }], ownPage({ ...filter, sort }), pages)
  const count = useQuery(ownCount(filter))
  const columns = useMemo(
    (): Column<Own>[] => [
      { id: 'title', head: t('own.title'), sort: 'title', main: true, cell: (o) => <Link to="/own-agreements/$id" params={{ id: String(o.id) }}>{o.title}</Link> },
      ...(office ? [{ id: 'organisation', head: t('own.organisation'), cell: (o: Own) => o.organisation.name }] : []),
      { id: 'vendor', head: t('own.vendor'), cell: (o) => <Link to="/vendors/$number" params={{ number: String(o.vendor.number) }}>{o.vendor.name}</Link> },
      { id: 'state', head: t('own.stateLabel'), cell: (o) => <State own={o} /> },
      { id: 'kind', head: t('own.kindLabel'), cell: (o) => t(`own.kind.${o.kind}`) },
      { id: 'systems', head: t('own.systems'), numeric: true, cell: (o) => f.number(o.systems) },
      { id: 'ends', head: t('own.endsOn'), sort: 'ends', cell: (o) => (o.endsOn ? f.date(o.endsOn) : '–') },
      { id: 'file', head: t('own.file'), cell: (o) => (o.hasFile ? t('common.yes') : <Tag tone="attention">{t('own.noFile')}</Tag>) },
      { id: 'case', head: t('own.caseNumber'), extra: true, cell: (o) => o.caseNumber || '–' },
    ],
    [f, t, office],
  )
  const many: Many<Own> = {
    list: 'own',
    name: (o) => o.title,
    page: ownPage({ ...filter, sort, limit: 200 }),
    fields: [
      { field: 'endsOn', label: t('own.endsOn'), kind: 'day' },
      { field: 'signedOn', label: t('own.signedOn'), kind: 'day' },
      { field: 'concept', label: t('own.concept'), options: [...['1', '2', '3', '4', '5', '6'].map((value) => ({ value, label: value })), { value: '', label: t('bulk.empty') }] },
      { field: 'intervalMonths', label: t('own.interval'), kind: 'number', max: 3 },
      { field: 'kind', label: t('own.kindLabel'), options: (['own', 'kl_kombit'] as const).map((value) => ({ value, label: t(`own.kind.${value}`) })) },
      { field: 'caseNumber', label: t('own.caseNumber'), max: 100 },
    ],
  }
  return (
    <>
      <AgreementTabs />
      <ListPage
      title={t('own.listTitle')}
      caption={t('own.caption')}
      name="own-agreements"
      columns={columns}
      rowKey={(o) => o.id}
      list={list}
      count={count.data?.total}
      search={search}
      defaultSort="-created"
      saved
      many={may('changeOwnAgreements') ? many : undefined}
      filters={[
        { key: 'state', label: t('own.stateLabel'), value: state, all: t('list.all'), options: (['proposed', 'registered'] as const).map((value) => ({ value, label: t(`own.state.${value}`) })) },
        { key: 'kind', label: t('own.kindLabel'), value: kind, all: t('list.all'), options: (['own', 'kl_kombit'] as const).map((value) => ({ value, label: t(`own.kind.${value}`) })) },
      ]}
      onSearch={(patch, replace) => void navigate({ search: (old) => ({ ...old, ...patch }), replace, resetScroll: false })}
      actions={may('registerOwnAgreement') && (
        <>
          <Link to="/own-agreements/new" className="button button-primary"><Icon name="plus" />{t('own.create')}</Link>
          <Link to="/imports/new" search={{ kind: 'own_agreements' }} className="button button-secondary">{t('own.createMany')}</Link>
        </>
      )}
      exportHref={may('exportOwnAgreements') ? fileHref('/api/v1/own-agreements/export', { ...filter, sort }) : undefined}
      empty={{ why: t('own.empty'), help: t('own.emptyHelp') }}
    />
    </>
  )
}

export function State({ own: o }: { own: Own }) {
  const { t } = useWords()
  if (o.state === 'proposed') return <Tag tone="waiting">{t('own.state.proposed')}</Tag>
  return o.ended ? <Tag tone="overdue">{t('own.ended')}</Tag> : <Tag tone="ok">{t('own.state.registered')}</Tag>
}
