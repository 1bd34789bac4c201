import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useEffect, useMemo, useRef, useState } from 'react'
import { fileHref, type Schemas } from '../../api/client'
import { useList } from '../../api/list'
import { useFormat, useWords } from '../../i18n'
import { parseDate, typedDate } from '../../i18n/format'
import { useMay } from '../../session'
import type { Column } from '../../ui/DataTable'
import { ListPage } from '../../ui/ListPage'
import { Tag } from '../../ui/Tag'
import { organisationCount, organisationPage } from './queries'

type Organisation = Schemas['Organisation']

/** An address stands in an agreement only when street, postal code and city are there. */
export const addressMissing = (a: Schemas['Address']): boolean => !a.street || !a.postalCode || !a.city

export default function OrganisationList() {
  const { t } = useWords()
  const f = useFormat()
  const may = useMay()
  const search = useSearch({ from: '/inside/organisations' })
  const navigate = useNavigate({ from: '/organisations' })
  const { q, membership, missingAddress, asOf, sort, pages } = search
  const filter = { q, membership, missingAddress, asOf }
  const list = useList(['organisations', 'list', { ...filter, sort }], organisationPage({ ...filter, sort }), pages)
  const count = useQuery(organisationCount(filter))
  const columns = useMemo(
    (): Column<Organisation>[] => [
      { id: 'name', head: t('organisation.name'), sort: 'name', main: true, cell: (o) => <Link to="/organisations/$id" params={{ id: String(o.id) }}>{o.name}</Link> },
      { id: 'address', head: t('organisation.address'), cell: (o) => addressMissing(o.address) ? <Tag tone="attention">{t('organisation.missingAddress')}</Tag> : `${o.address.street}, ${o.address.postalCode} ${o.address.city}` },
      { id: 'cvr', head: t('organisation.cvr'), cell: (o) => f.cvr(o.cvr) },
      { id: 'number', head: t('organisation.number'), numeric: true, cell: (o) => o.municipalityCode ?? '–' },
      { id: 'membership', head: t('organisation.membership'), cell: (o) => (o.active ? t('organisation.membershipActive') : <Tag tone="none">{t('organisation.membershipEnded')}</Tag>) },
      { id: 'kind', head: t('organisation.kindLabel'), cell: (o) => t(`organisation.kind.${o.kind}`) },
    ],
    [f, t],
  )
  return (
    <ListPage
      title={t('organisation.listTitle')}
      caption={t('organisation.caption')}
      name="organisations"
      columns={columns}
      rowKey={(o) => o.id}
      list={list}
      count={count.data?.total}
      search={search}
      defaultSort="name"
      filters={[
        {
          key: 'membership',
          label: t('organisation.membership'),
          value: membership,
          all: t('organisation.membershipAll'),
          options: [{ value: 'active', label: t('organisation.membershipActive') }, { value: 'ended', label: t('organisation.membershipEnded') }],
        },
        {
          key: 'missingAddress',
          label: t('organisation.missingAddressFilter'),
          value: missingAddress ? 'true' : undefined,
          all: t('list.all'),
          options: [{ value: 'true', label: t('organisation.missingAddressOnly') }],
        },
      ]}
      pinned={asOf ? [{ key: 'asOf', label: t('organisation.asOfPin', { when: f.date(asOf) }) }] : []}
      actions={may('registerOrganisation') && <Link to="/organisations/new" className="button button-primary">{t('organisation.register')}</Link>}
      tools={<AsOf value={asOf} onChange={(day) => void navigate({ search: (old) => ({ ...old, asOf: day, membership: day ? (old.membership ?? 'active') : old.membership, pages: undefined }), replace: true, resetScroll: false })} />}
      onSearch={(patch, replace) => void navigate({ search: (old) => ({ ...old, ...patch }), replace, resetScroll: false })}
      exportHref={may('exportOrganisations') ? fileHref('/api/v1/organisations/export', { ...filter, sort }) : undefined}
      empty={{ why: t('organisation.empty'), help: t('organisation.emptyHelp') }}
    />
  )
}

/** Membership is recomputed for the day that is typed. */
function AsOf({ value, onChange }: { value: string | undefined; onChange: (day: string | undefined) => void }) {
  const { t } = useWords()
  const [typed, setTyped] = useState(value ? typedDate(value) : '')
  const sent = useRef(value)
  // The URL changed by something else than this box: "clear filters", back, a link.
  useEffect(() => {
    if (value !== sent.current) setTyped(value ? typedDate(value) : '')
    sent.current = value
  }, [value])
  const change = (text: string) => {
    setTyped(text)
    const day = parseDate(text)
    if (day === undefined && text.trim() !== '') return
    sent.current = day
    onChange(day)
  }
  return (
    <div className="k-control">
      <label htmlFor="as-of">{t('organisation.asOf')}</label>
      <input id="as-of" className="form-input k-day" inputMode="numeric" maxLength={10} autoComplete="off" placeholder={t('organisation.asOfPlaceholder')} value={typed} onChange={(event) => change(event.target.value)} />
    </div>
  )
}
