import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useMemo } from 'react'
import { fileHref, type Schemas } from '../../api/client'
import { useList } from '../../api/list'
import { useFormat, useWords } from '../../i18n'
import { isOffice, useMay, useMe } from '../../session'
import { AgreementTabs } from '../../ui/AgreementTabs'
import { useAmendmentName } from '../../ui/Amendment'
import type { Column } from '../../ui/DataTable'
import { ListPage } from '../../ui/ListPage'
import { Tag } from '../../ui/Tag'
import { accessionCount, accessionPage } from './queries'
import { StateTag, states } from './states'

type Accession = Schemas['Accession']

export default function AccessionList() {
  const { t } = useWords()
  const f = useFormat()
  const amends = useAmendmentName()
  const may = useMay()
  const office = isOffice(useMe())
  const search = useSearch({ from: '/inside/accessions' })
  const navigate = useNavigate({ from: '/accessions' })
  const { q, agreement, organisation, before, state, sort, pages } = search
  const filter = { q, agreement, organisation, before, state }
  const list = useList(['accessions', 'list', { ...filter, sort }], accessionPage({ ...filter, sort }), pages)
  const count = useQuery(accessionCount(filter))
  const columns = useMemo(
    (): Column<Accession>[] => [
      ...(office ? [{ id: 'organisation', head: t('accession.organisation'), main: true, cell: (a: Accession) => <Link to="/accessions/$id" params={{ id: String(a.id) }}>{a.organisation.name}</Link> }] : []),
      { id: 'title', head: t('accession.name'), main: !office, cell: (a) => <span className="k-task">{office ? a.title : <Link to="/accessions/$id" params={{ id: String(a.id) }}>{a.title}</Link>}{a.amends !== undefined && <span className="k-grid__under">{amends(a)}</span>}</span> },
      { id: 'vendor', head: t('accession.vendor'), cell: (a) => <Link to="/vendors/$number" params={{ number: String(a.vendor.number) }}>{a.vendor.name}</Link> },
      {
        id: 'state',
        head: t('accession.state'),
        cell: (a) => (
          <>
            <StateTag state={a.state} forOffice={office} />{' '}
            {a.missingAddress && <Tag tone="attention">{t('batch.noAddress')}</Tag>}
          </>
        ),
      },
      { id: 'since', head: t('accession.since'), cell: (a) => f.date(a.since) },
      { id: 'offered', head: t('accession.offered'), sort: 'offered', cell: (a) => f.date(a.offered) },
      { id: 'version', head: t('accession.version'), cell: (a) => `v${a.versionNo}` },
    ],
    [f, t, office, amends],
  )
  const first = list.rows?.[0]
  return (
    <>
      <AgreementTabs />
      <ListPage
        title={office ? t('accession.listOffice') : t('accession.listOwn')}
        caption={office ? t('accession.captionOffice') : t('accession.captionOwn')}
        name={office ? 'accessions' : 'own-accessions'}
        columns={columns}
        rowKey={(a) => a.id}
        list={list}
        count={count.data?.total}
        search={search}
        defaultSort="-offered"
        pinned={[
          ...(agreement === undefined ? [] : [{ key: 'agreement', label: first?.agreementId === agreement ? first.title : t('accession.onlyAgreement') }]),
          ...(organisation === undefined ? [] : [{ key: 'organisation', label: first?.organisation.id === organisation ? first.organisation.name : t('accession.onlyOrganisation') }]),
          ...(before === undefined ? [] : [{ key: 'before', label: t('accession.onlyBefore', { version: `v${before}` }) }]),
        ]}
        filters={[{ key: 'state', label: t('accession.state'), value: state, all: t('accession.stateAll'), options: states.map((value) => ({ value, label: office ? t(`accession.stateNameOffice.${value}`) : t(`accession.stateName.${value}`) })) }]}
        onSearch={(patch, replace) => void navigate({ search: (old) => ({ ...old, ...patch }), replace, resetScroll: false })}
        exportHref={may('exportAccessions') ? fileHref('/api/v1/accessions/export', { ...filter, sort }) : undefined}
        empty={office ? { why: t('accession.emptyOffice'), help: t('accession.emptyOfficeHelp') } : { why: t('accession.emptyOwn'), help: t('accession.emptyOwnHelp') }}
      />
    </>
  )
}
