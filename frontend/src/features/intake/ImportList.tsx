import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useMemo } from 'react'
import { useList } from '../../api/list'
import { useFormat, useWords } from '../../i18n'
import { isOffice, useMay, useMe } from '../../session'
import type { Column } from '../../ui/DataTable'
import { ListPage } from '../../ui/ListPage'
import { Tag } from '../../ui/Tag'
import { How } from './How'
import { importCount, importPage, kindsFor, stateTones, type Import } from './queries'

export default function ImportList() {
  const { t } = useWords()
  const f = useFormat()
  const may = useMay()
  const office = isOffice(useMe())
  const search = useSearch({ from: '/inside/imports' })
  const navigate = useNavigate({ from: '/imports' })
  const { kind, pages } = search
  const list = useList(['imports', 'list', { kind }], importPage(kind), pages)
  const count = useQuery(importCount(kind))
  const columns = useMemo(
    (): Column<Import>[] => [
      { id: 'file', head: t('intake.file'), main: true, cell: (i) => <Link to="/imports/$id" params={{ id: String(i.id) }}>{i.fileName || t('intake.forgottenFile', { id: i.id })}</Link> },
      { id: 'kind', head: t('intake.kind'), cell: (i) => t(`intake.kindName.${i.kind}`) },
      { id: 'state', head: t('intake.stateHead'), cell: (i) => <Tag tone={stateTones[i.state]}>{t(`intake.state.${i.state}`)}</Tag> },
      { id: 'lines', head: t('intake.lines'), numeric: true, cell: (i) => (i.total > 0 ? f.number(i.total) : '–') },
      {
        id: 'result',
        head: t('intake.result'),
        cell: (i) => i.state === 'applied' || i.state === 'ready'
          ? t('intake.resultLine', { added: f.number(i.counts.added), changed: f.number(i.counts.changed), refused: f.number(i.counts.refused) })
          : '–',
      },
      { id: 'created', head: t('intake.created'), cell: (i) => f.dateTime(i.created) },
      { id: 'by', head: t('intake.by'), cell: (i) => i.createdBy || '–' },
    ],
    [f, t],
  )
  const add = may('createImport') && <Link to="/imports/new" className="button button-primary">{t('list.import')}</Link>
  return (
    <>
      <ListPage
        title={t('list.imports')}
        actions={add}
        caption={t('intake.caption')}
        name="imports"
        columns={columns}
        rowKey={(i) => i.id}
        list={list}
        count={count.data?.total}
        search={search}
        defaultSort="-id"
        searchable={false}
        filters={[{
          key: 'kind',
          label: t('intake.kind'),
          value: kind,
          all: t('intake.kindAll'),
          options: kindsFor(office).map((k) => ({ value: k, label: t(`intake.kindName.${k}`) })),
        }]}
        onSearch={(patch, replace) => void navigate({ search: (old) => ({ ...old, ...patch }), replace, resetScroll: false })}
        empty={{ why: t('intake.empty') }}
      />
      {list.rows?.length === 0 && may('createImport') && <How />}
    </>
  )
}
