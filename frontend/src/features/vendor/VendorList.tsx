import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useMemo } from 'react'
import { fileHref, type Schemas } from '../../api/client'
import { useList } from '../../api/list'
import { useFormat, useWords } from '../../i18n'
import { compare } from '../../i18n/format'
import { isOffice, useMay, useMe } from '../../session'
import type { Column } from '../../ui/DataTable'
import { Icon } from '../../ui/Icon'
import { ListPage } from '../../ui/ListPage'
import type { Many } from '../../ui/many/useMany'
import { countries as all } from '../../ui/countries'
import { vendorCount, vendorPage } from './queries'

type Vendor = Schemas['Vendor']
const countries = ['DK', 'SE', 'NO', 'FI', 'DE', 'NL', 'IE', 'GB', 'US', 'FR', 'PL', 'BE', 'CH', 'IN', 'EE', 'CA', 'PH']

export default function VendorList() {
  const { t } = useWords()
  const f = useFormat()
  const may = useMay()
  const office = isOffice(useMe())
  const search = useSearch({ from: '/inside/vendors' })
  const navigate = useNavigate({ from: '/vendors' })
  const { q, country, part, sort, pages } = search
  const list = useList(['vendors', 'list', { q, country, part, sort }], vendorPage({ q, country, part, sort }), pages)
  const count = useQuery(vendorCount({ q, country, part }))
  const columns = useMemo(
    (): Column<Vendor>[] => [
      { id: 'name', head: t('vendor.name'), sort: 'name', main: true, cell: (v) => <Link to="/vendors/$number" params={{ number: String(v.number) }}>{v.name}</Link> },
      { id: 'registration', head: t('vendor.registration'), cell: (v) => (v.cvr ? f.cvr(v.cvr) : (v.foreignNumber ?? '–')) },
      { id: 'country', head: t('vendor.country'), cell: (v) => f.country(v.country) },
      { id: 'systems', head: t('vendor.systems'), numeric: true, cell: (v) => f.number(v.systems) },
      { id: 'chains', head: t('vendorPage.chains'), numeric: true, cell: (v) => f.number(v.chains) },
      { id: 'number', head: t('vendor.number'), sort: 'number', numeric: true, cell: (v) => v.number },
    ],
    [f, t],
  )
  const many: Many<Vendor> = {
    list: 'vendors',
    name: (v) => v.name,
    page: vendorPage({ q, country, part, sort, limit: 200 }),
    fields: [
      { field: 'commercial', label: t('vendorForm.commercial'), options: [{ value: 'true', label: t('common.yes') }, { value: 'false', label: t('common.no') }] },
      { field: 'country', label: t('vendorForm.country'), options: all(f) },
      { field: 'street', label: t('vendorForm.street') },
      { field: 'postalCode', label: t('vendorForm.postalCode'), max: 10 },
      { field: 'city', label: t('vendorForm.city'), max: 100 },
    ],
  }
  return (
    <ListPage
      title={t('vendor.listTitle')}
      caption={t('vendor.caption')}
      name="vendors"
      columns={columns}
      rowKey={(v) => v.number}
      list={list}
      count={count.data?.total}
      search={search}
      defaultSort="name"
      saved
      many={may('changeVendors') ? many : undefined}
      actions={
        <>
          {office && may('createImport') && <Link to="/imports/new" search={{ kind: 'vendors' }}>{t('list.import')}</Link>}
          {may('listDuplicates') && <Link to="/duplicates">{t('duplicate.title')}</Link>}
          {may('listTerritories') && <Link to="/territories">{t('territory.title')}</Link>}
          {may('createVendor') && (
            <Link to="/vendors/new" className="button button-primary">
              <Icon name="plus" />
              {t('vendorPage.newVendor')}
            </Link>
          )}
        </>
      }
      filters={[{
        key: 'part',
        label: t('vendorPage.part'),
        value: part,
        all: t('vendorPage.partAll'),
        options: [{ value: 'delivers', label: t('vendorPage.partDelivers') }, { value: 'stands_behind', label: t('vendorPage.partBehind') }],
      }, {
        key: 'country',
        label: t('vendor.country'),
        value: country,
        all: t('vendor.countryAll'),
        options: countries.map((code) => ({ value: code, label: f.country(code) })).sort((a, b) => compare(a.label, b.label, f.lang)),
      }]}
      onSearch={(patch, replace) => void navigate({ search: (old) => ({ ...old, ...patch }), replace, resetScroll: false })}
      exportHref={may('exportVendors') ? fileHref('/api/v1/vendors/export', { q, country, part, sort }) : undefined}
      empty={{ why: t('vendor.empty'), help: t('vendor.emptyHelp') }}
    />
  )
}
