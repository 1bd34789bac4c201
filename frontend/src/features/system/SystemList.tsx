import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useMemo } from 'react'
import { fileHref, type Schemas } from '../../api/client'
import { useList } from '../../api/list'
import { useFormat, useWords } from '../../i18n'
import { isOffice, useMay, useMe } from '../../session'
import type { Column } from '../../ui/DataTable'
import { Icon } from '../../ui/Icon'
import { ListPage } from '../../ui/ListPage'
import type { Many } from '../../ui/many/useMany'
import { Tag } from '../../ui/Tag'
import { systemCount, systemPage, useChoices, type ListName } from './queries'

type System = Schemas['System']

export default function SystemList() {
  const { t } = useWords()
  const f = useFormat()
  const may = useMay()
  const office = isOffice(useMe())
  const search = useSearch({ from: '/inside/systems' })
  const navigate = useNavigate({ from: '/systems' })
  const { q, vendor, screened, criticality, sort, pages } = search
  const filter = { q, vendor, screened, criticality }
  const choices = useChoices()
  const list = useList(['systems', 'list', { ...filter, sort }], systemPage({ ...filter, sort }), pages)
  const count = useQuery(systemCount(filter))
  const columns = useMemo(
    (): Column<System>[] => [
      { id: 'name', head: t('system.name'), sort: 'name', main: true, cell: (s) => <Link to="/systems/$number" params={{ number: String(s.number) }}>{s.name}</Link> },
      { id: 'vendor', head: t('system.vendor'), cell: (s) => <Link to="/vendors/$number" params={{ number: String(s.vendor.number) }}>{s.vendor.name}</Link> },
      office
        ? { id: 'members', head: t('system.members'), numeric: true, cell: (s) => (s.members === undefined ? '–' : f.number(s.members)) }
        : { id: 'ownUse', head: t('system.ownUse'), cell: (s) => (s.ownUse ? <Tag tone="ok">{t('common.yes')}</Tag> : <Tag tone="none">{t('common.no')}</Tag>) },
      { id: 'screened', head: t('systemPage.screening'), extra: true, cell: (s) => (s.screened ? <Tag tone={s.screened === 'personal_data' ? 'ok' : 'none'}>{t(`systemPage.outcome.${s.screened}`)}</Tag> : t('systemPage.notScreened')) },
      { id: 'number', head: t('system.number'), sort: 'number', numeric: true, cell: (s) => s.number },
      { id: 'uuid', head: t('system.uuid'), extra: true, cell: (s) => <code>{s.uuid}</code> },
    ],
    [f, t, office],
  )
  const unknown = { value: '', label: t('systemPage.aiUnknown') }
  const chosen = (field: 'criticality' | 'hosting' | 'persons', list: ListName) =>
    ({ field, label: t(`systemPage.${field}`), options: [...choices.of(list).map((c) => ({ value: c.value, label: c[choices.lang] })), unknown] })
  const many: Many<System> = {
    list: 'systems',
    name: (s) => s.name,
    page: systemPage({ ...filter, sort, limit: 200 }),
    fields: [
      chosen('criticality', 'criticality'),
      { field: 'usesAi', label: t('systemPage.usesAi'), options: [{ value: 'true', label: t('common.yes') }, { value: 'false', label: t('common.no') }, unknown] },
      chosen('hosting', 'hosting'),
      chosen('persons', 'persons'),
    ],
  }
  return (
    <ListPage
      title={t('system.listTitle')}
      caption={t('system.caption')}
      name="systems"
      columns={columns}
      rowKey={(s) => s.number}
      list={list}
      count={count.data?.total}
      search={search}
      defaultSort="name"
      saved
      many={may('changeSystems') ? many : undefined}
      pinned={vendor === undefined ? [] : [{ key: 'vendor', label: t('system.fromVendor', { number: vendor }) }]}
      filters={[{
        key: 'screened',
        label: t('systemPage.screening'),
        value: screened,
        all: t('list.all'),
        options: [
          { value: 'none', label: t('systemPage.notScreened') },
          ...(['no_personal_data', 'personal_data'] as const).map((value) => ({ value, label: t(`systemPage.outcome.${value}`) })),
        ],
      }, {
        key: 'criticality',
        label: t('systemPage.criticality'),
        value: criticality,
        all: t('list.all'),
        options: choices.of('criticality').map((c) => ({ value: c.value, label: c[choices.lang] })),
      }]}
      onSearch={(patch, replace) => void navigate({ search: (old) => ({ ...old, ...patch }), replace, resetScroll: false })}
      actions={
        <>
          {may('createImport') && <Link to="/imports/new" search={{ kind: office ? 'systems' : 'usages' }}>{t('list.import')}</Link>}
          {may('listScope') && <Link to="/scope">{t('scope.title')}</Link>}
          {may('listDuplicates') && <Link to="/duplicates" search={{ kind: 'system' }}>{t('duplicate.title')}</Link>}
          {may('importKle') && <Link to="/kle">{t('systemPage.kleTitle')}</Link>}
          {may('createSystem') && <Link to="/systems/new" className="button button-primary"><Icon name="plus" />{t('systemPage.create')}</Link>}
        </>
      }
      exportHref={may('exportSystems') ? fileHref('/api/v1/systems/export', { ...filter, sort }) : undefined}
      empty={{ why: t('system.empty'), help: t('system.emptyHelp') }}
    />
  )
}
