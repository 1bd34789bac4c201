import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useMemo } from 'react'
import type { Schemas } from '../../api/client'
import { useFormat, useWords } from '../../i18n'
import { DataTable, type Column } from '../../ui/DataTable'
import { PageHeading } from '../../ui/PageHeading'
import { Empty, Loaded } from '../../ui/states'
import { Tag } from '../../ui/Tag'
import { templatesQuery } from './queries'

type Template = Schemas['Template']

export default function TemplateList() {
  const { t } = useWords()
  const f = useFormat()
  const query = useQuery(templatesQuery)
  const columns = useMemo(
    (): Column<Template>[] => [
      { id: 'name', head: t('template.name'), main: true, cell: (x) => <Link to="/templates/$id" params={{ id: String(x.id) }}>{x.name}</Link> },
      { id: 'version', head: t('template.version'), cell: (x) => x.version },
      { id: 'provenance', head: t('template.provenance'), cell: (x) => <Tag tone={x.provenance === 'authority' ? 'ok' : 'attention'}>{t(`template.provenanceName.${x.provenance}`)}</Tag> },
      { id: 'language', head: t('template.language'), cell: (x) => t(`template.lang.${x.language}`) },
      { id: 'clauses', head: t('template.clauses'), numeric: true, cell: (x) => f.number(x.clauses) },
      { id: 'fields', head: t('template.fields'), numeric: true, cell: (x) => f.number(x.fields) },
    ],
    [f, t],
  )
  return (
    <>
      <PageHeading title={t('template.listTitle')} lead={t('template.caption')} />
      <Loaded query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty why={t('template.empty')} help={t('template.emptyHelp')} />
          ) : (
            <DataTable caption={t('template.caption')} columns={columns} rows={items} rowKey={(x) => x.id} />
          )
        }
      </Loaded>
    </>
  )
}
