import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useMemo } from 'react'
import { useList } from '../../api/list'
import { useFormat, useWords } from '../../i18n'
import { AgreementTabs } from '../../ui/AgreementTabs'
import type { Column } from '../../ui/DataTable'
import { ListPage } from '../../ui/ListPage'
import { Tag } from '../../ui/Tag'
import { Due } from './Due'
import { useWhat } from './useWhat'
import { overviewPage, type Overview } from './queries'

/** The tasks that the secretariat has set, and how many have done them. */
export default function OverviewList() {
  const { t } = useWords()
  const f = useFormat()
  const search = useSearch({ from: '/inside/tasks/all' })
  const navigate = useNavigate({ from: '/tasks/all' })
  const { q, which, sort = 'due', pages } = search
  const filter = { q, open: which === undefined ? true : undefined, sort }
  const list = useList(['task-overviews', 'list', filter], overviewPage(filter), pages)
  const what = useWhat()
  const columns = useMemo(
    (): Column<Overview>[] => [
      {
        id: 'title',
        head: t('tasks.name'),
        main: true,
        cell: (x) => (
          <span className="k-task">
            <Link to="/tasks/all/$id" params={{ id: String(x.id) }}>{x.title}</Link>
            <span className="k-task__kind">{what(x)}</span>
          </span>
        ),
      },
      { id: 'due', head: t('tasks.due'), sort: 'due', cell: (x) => <Due due={x.due} days={x.days} open={x.open > 0} /> },
      { id: 'done', head: t('tasks.progress'), numeric: true, cell: (x) => t('tasks.progressOf', { done: f.number(x.done), total: f.number(x.total) }) },
      { id: 'nobody', head: t('tasks.figureNobody'), numeric: true, cell: (x) => (x.nobody > 0 ? <Tag tone="attention">{f.number(x.nobody)}</Tag> : '0') },
      { id: 'created', head: t('tasks.created'), sort: 'created', cell: (x) => f.date(x.created) },
    ],
    [f, t, what],
  )
  return (
    <>
      <AgreementTabs />
      <ListPage
      title={t('tasks.all')}
      actions={<Link to="/policy-numbers" className="button button-secondary">{t('tasks.policy')}</Link>}
      caption={t('tasks.allCaption')}
      name="task-overviews"
      columns={columns}
      rowKey={(x) => x.id}
      list={list}
      count={list.hasMore ? undefined : list.rows?.length}
      search={search}
      defaultSort="due"
      filters={[{ key: 'which', label: t('tasks.show'), value: which, all: t('tasks.onlyOpen'), options: [{ value: 'all', label: t('tasks.everything') }] }]}
      onSearch={(patch, replace) => void navigate({ search: (old) => ({ ...old, ...patch }), replace, resetScroll: false })}
      empty={{ why: t('tasks.allEmpty'), help: t('tasks.allEmptyHelp') }}
    />
    </>
  )
}
