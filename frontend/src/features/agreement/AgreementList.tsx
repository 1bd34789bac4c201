import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useMemo } from 'react'
import { fileHref, type Schemas } from '../../api/client'
import { useList } from '../../api/list'
import { useFormat, useWords } from '../../i18n'
import { isOffice, useMay, useMe } from '../../session'
import { AgreementTabs } from '../../ui/AgreementTabs'
import type { Column } from '../../ui/DataTable'
import { ListPage } from '../../ui/ListPage'
import { Tag } from '../../ui/Tag'
import { OwnHearings } from './Hearings'
import { agreementCount, agreementPage } from './queries'

type Agreement = Schemas['Agreement']

export default function AgreementList() {
  const { t } = useWords()
  const f = useFormat()
  const may = useMay()
  const office = isOffice(useMe())
  const search = useSearch({ from: '/inside/agreements' })
  const navigate = useNavigate({ from: '/agreements' })
  const { q, state, vendor, sort, pages } = search
  const list = useList(['agreements', 'list', { q, state, vendor, sort }], agreementPage({ q, state, vendor, sort }), pages)
  const count = useQuery(agreementCount({ q, state, vendor }))
  const columns = useMemo(
    (): Column<Agreement>[] => [
      { id: 'title', head: t('agreement.name'), sort: 'title', main: true, cell: (a) => <Link to="/agreements/$id" params={{ id: String(a.id) }}>{a.title}</Link> },
      { id: 'vendor', head: t('agreement.vendor'), cell: (a) => <Link to="/vendors/$number" params={{ number: String(a.vendor.number) }}>{a.vendor.name}</Link> },
      { id: 'state', head: t('agreement.state'), cell: (a) => <Tag tone={a.state === 'draft' ? 'attention' : 'ok'}>{t(`agreement.stateName.${a.state}`)}</Tag> },
      { id: 'offered', head: t('agreement.offered'), cell: (a) => (a.offered ? f.date(a.offered) : '–') },
      ...(office ? [{ id: 'accessions', head: t('agreement.accessions'), numeric: true, cell: (a: Agreement) => (a.accessions === undefined ? '–' : f.number(a.accessions)) }] : []),
      { id: 'version', head: t('agreement.version'), numeric: true, extra: true, cell: (a) => a.versionNo },
      { id: 'created', head: t('agreement.created'), extra: true, cell: (a) => f.date(a.created) },
      { id: 'number', head: t('agreement.number'), sort: 'number', numeric: true, cell: (a) => a.number },
    ],
    [f, t, office],
  )
  const canMake = may('createAgreement')
  return (
    <>
      <AgreementTabs />
      {!office && may('listHearings') && <OwnHearings />}
      <ListPage
        title={t('agreement.listTitle')}
        caption={t('agreement.caption')}
        name="agreements"
        columns={columns}
        rowKey={(a) => a.id}
        list={list}
        count={count.data?.total}
        search={search}
        defaultSort="-number"
        pinned={vendor === undefined ? [] : [{ key: 'vendor', label: t('system.fromVendor', { number: vendor }) }]}
        filters={office ? [{
          key: 'state',
          label: t('agreement.state'),
          value: state,
          all: t('agreement.stateAll'),
          options: [{ value: 'draft', label: t('agreement.stateName.draft') }, { value: 'offered', label: t('agreement.stateName.offered') }],
        }] : []}
        onSearch={(patch, replace) => void navigate({ search: (old) => ({ ...old, ...patch }), replace, resetScroll: false })}
        exportHref={may('exportAgreements') ? fileHref('/api/v1/agreements/export', { q, state, vendor, sort }) : undefined}
        empty={{
          why: t('agreement.empty'),
          help: canMake ? t('agreement.emptyHelp') : t('agreement.emptyMember'),
          action: canMake && <Link to="/vendors" className="button button-primary">{t('agreement.toVendors')}</Link>,
        }}
      />
    </>
  )
}
