import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useMemo } from 'react'
import { api, fileHref, unwrap, type Schemas } from '../../api/client'
import { useList } from '../../api/list'
import { useFormat, useWords } from '../../i18n'
import { useMay } from '../../session'
import type { Column } from '../../ui/DataTable'
import { ListPage } from '../../ui/ListPage'
import { Tag } from '../../ui/Tag'
import { treeQuery } from './queries'
import { useVersionName } from './states'

type Row = Schemas['ImpactedAgreement']

/** Which agreements stand on a version, or on an earlier one of its family. */
export default function ImpactPage() {
  const { t } = useWords()
  const f = useFormat()
  const may = useMay()
  const name = useVersionName()
  const id = Number(useParams({ from: '/inside/templates/$id/impact' }).id)
  const search = useSearch({ from: '/inside/templates/$id/impact' })
  const navigate = useNavigate()
  const tree = useQuery(treeQuery(id)).data
  const page = (cursor: string | undefined, signal: AbortSignal) => unwrap(api.GET('/api/v1/templates/{id}/impact', { params: { path: { id }, query: { cursor } }, signal }))
  const list = useList(['templates', id, 'impact'], page, search.pages)
  const total = useQuery({ queryKey: ['templates', id, 'impact', 'total'], queryFn: ({ signal }) => page(undefined, signal) }).data?.total
  const target = tree?.siblings.find((v) => v.state === 'published')
  const columns = useMemo((): Column<Row>[] => [
    { id: 'title', head: t('agreement.listTitle'), main: true, cell: (x) => <Link to="/agreements/$id" params={{ id: String(x.id) }}>{x.title}</Link> },
    { id: 'number', head: t('agreement.number'), numeric: true, cell: (x) => x.number },
    { id: 'vendor', head: t('agreement.vendor'), cell: (x) => <Link to="/vendors/$number" params={{ number: String(x.vendor.number) }}>{x.vendor.name}</Link> },
    { id: 'state', head: t('agreement.state'), cell: (x) => <Tag tone={x.state === 'draft' ? 'attention' : 'ok'}>{t(`agreement.stateName.${x.state}`)}</Tag> },
    { id: 'version', head: t('templates.impactVersion'), cell: (x) => x.templateVersion },
    { id: 'accessions', head: t('agreement.accessions'), numeric: true, cell: (x) => f.number(x.accessions) },
    { id: 'move', head: t('templates.move'), cell: (x) => target && may('planAgreementMove') && x.template !== target.id ? <Link to="/agreements/$id/move" params={{ id: String(x.id) }} search={{ template: target.id }}>{t('templates.moveTo', { version: target.version })}</Link> : '–' },
  ], [f, may, t, target])
  return (
    <ListPage
      title={t('templates.impactTitle')}
      kicker={<Link to="/templates/$id" params={{ id: String(id) }}>{tree ? `${tree.version.name}, ${name(tree.version)}` : t('templates.title')}</Link>}
      under={tree && <p>{t('templates.impactLead', { version: tree.version.version })}</p>}
      caption={t('templates.impactTitle')}
      name="template-impact"
      columns={columns}
      rowKey={(x) => `${x.id}-${x.versionNo}`}
      list={list}
      count={total}
      search={search}
      defaultSort="number"
      searchable={false}
      onSearch={(patch, replace) => void navigate({ to: '/templates/$id/impact', params: { id: String(id) }, search: { ...search, ...patch }, replace })}
      exportHref={fileHref(`/api/v1/templates/${id}/impact/export`)}
      empty={{ why: t('templates.impactEmpty') }}
    />
  )
}
